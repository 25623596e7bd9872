import { describe, expect, it } from "vitest";
import { newAssignment } from "#domain/task.ts";
import { planForTaps } from "#handlers/plan-ahead.ts";
import { planNextWave } from "#handlers/plan-wave.ts";
import { presses, says, startWithCast, type TestKoloop } from "../setup/koloop.ts";

const tap = (who: string, id: string) => ({
  ...{ eventId: `e-${who}`, from: who, address: { channel: "web", room: `bot:${who}` }, roomKind: "bot" as const },
  ...{ at: 0, type: "tap" as const, action: { type: "task.send" as const, id } },
});

async function withDraft(): Promise<{ koloop: TestKoloop; id: string }> {
  const koloop = await startWithCast();
  await says(koloop, "M1", "新任务:冬季续航实测,给所有人,视频,3篇,12月1日前");
  const [draft] = await koloop.store.read((tx) => tx.tasks.list());
  return { koloop, id: draft!.id };
}

const planNow = (koloop: TestKoloop, id: string) =>
  koloop.store.transaction(async (tx) => planNextWave(tx, koloop.ctx, (await tx.tasks.find(id))!));

describe("a plan that was made before its transaction", () => {
  it("is the one that is used there, and by nobody afterwards", async () => {
    const { koloop, id } = await withDraft();

    const forget = await planForTaps(koloop.store, koloop.ctx, [tap("M1", id)]);
    const [first, second] = [await planNow(koloop, id), await planNow(koloop, id)];
    forget();
    const later = await planNow(koloop, id);

    expect(second).toBe(first);
    expect(later).not.toBe(first);
    expect(later.wave.offers.map(({ person }) => person)).toEqual(first.wave.offers.map(({ person }) => person));
  });

  it("is not used once the task was changed or somebody else was asked", async () => {
    const { koloop, id } = await withDraft();
    await planForTaps(koloop.store, koloop.ctx, [tap("M1", id)]);
    const before = await planNow(koloop, id);

    await koloop.store.transaction(async (tx) => {
      const about = { id: "a1", taskId: id, personId: "K1", form: "video", wave: 1, policy: "manual" as const };
      await tx.tasks.addAssignment(newAssignment(about, koloop.ctx.now()));
    });
    const after = await planNow(koloop, id);

    expect(before.wave.offers.map(({ person }) => person)).toContain("K1");
    expect(after.wave.offers.map(({ person }) => person)).not.toContain("K1");
  });

  it("is not made for somebody who may not send", async () => {
    const { koloop, id } = await withDraft();
    await planForTaps(koloop.store, koloop.ctx, [tap("K1", id), tap("nobody", id)]);

    expect(await planNow(koloop, id)).not.toBe(await planNow(koloop, id));
  });
});

describe("what people answer besides yes", () => {
  it("stands in the progress with their own words, sensitive parts masked, and what was taken back", async () => {
    const { koloop } = await withDraft();
    await presses(koloop, "M1", "发送给 2 人");
    await presses(koloop, "K1", "这次不了");
    await presses(koloop, "K1", "其他");
    await says(koloop, "K1", "周末才能拍,有事打 13812345678");
    await says(koloop, "M1", "撤回 冬季续航实测 韩梅梅");
    await says(koloop, "M1", "进展 冬季续航实测");

    const card = JSON.stringify(koloop.channel.cardsIn("bot:M1").find(({ title }) => title.startsWith("进展")));
    for (const words of ["婉拒 1", "周末才能拍", "李雷", "已撤回"]) expect(card).toContain(words);
    expect(card).not.toContain("13812345678");
  });
});

describe("a task that is begun in the chat", () => {
  it("may be filled in on the page as well, where there is one to be reached", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "新任务");

    const links = koloop.channel.cardsIn("bot:M1")[0]?.blocks.filter(({ type }) => type === "link");
    expect(links).toMatchObject([{ url: "#/tasks/new" }]);
  });

  it("shows its materials to whom it is offered, and takes whole addresses only", async () => {
    const { koloop, id } = await withDraft();
    await says(koloop, "M1", "改 冬季续航实测 素材 https://example.com/spec.pdf");
    await says(koloop, "M1", "改 冬季续航实测 素材 javascript:alert(1)");
    await presses(koloop, "M1", "发送给 2 人");

    expect((await koloop.store.read((tx) => tx.tasks.find(id)))?.materials).toEqual(["https://example.com/spec.pdf"]);
    const offer = koloop.channel.cardsIn("bot:K1").find(({ key }) => key.startsWith("offer-"));
    expect(offer?.blocks).toContainEqual({ type: "link", label: "素材", url: "https://example.com/spec.pdf" });
  });

  it("that was paused before anybody was asked sends its first wave when it goes on", async () => {
    const { koloop, id } = await withDraft();
    await says(koloop, "M1", "定时 冬季续航实测 11月22日9点");
    await says(koloop, "M1", "暂停 冬季续航实测");
    koloop.pass(3 * 86_400_000);
    await koloop.clock.tick();
    const meanwhile = await koloop.store.read((tx) => tx.tasks.assignmentsOf(id));
    await says(koloop, "M1", "继续 冬季续航实测");
    await koloop.clock.tick();

    expect(meanwhile).toEqual([]);
    expect(await koloop.store.read((tx) => tx.tasks.assignmentsOf(id))).toHaveLength(2);
  });
});
