import { describe, expect, it } from "vitest";
import type { Task } from "#domain/task.ts";
import { addCast, addPerson, friday, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const day = 86_400_000;

async function started(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  return koloop;
}

type Counts = { policy?: "learned" | "holdout"; pushes: number; accepted: number; approved?: number };

/** A task that is over, with what came of its pushes; `usual` is what was believed of each, in logits. */
async function closedTask(koloop: TestKoloop, id: string, theme: string, counts: Counts[], wording = 1): Promise<void> {
  const task: Task = {
    id,
    title: `任务${id}`,
    theme,
    brief: "",
    materials: [],
    target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
    forms: [
      { form: "video", brief: "" },
      { form: "photo_text", brief: "" },
    ],
    importance: 2,
    quota: 5,
    pushBudget: null,
    reward: 0,
    proof: { platforms: [], count: 1, mustMention: [], newerThanTask: false },
    publishedAt: friday - 10 * day,
    deadlineAt: friday - day + Number(id.replace(/\D/g, "")),
    status: "closed",
    autopilot: false,
    briefVersion: wording,
    templateId: null,
    createdBy: "M1",
    createdAt: friday - 10 * day,
    updatedAt: friday - day,
  };
  await koloop.store.transaction(async (tx) => {
    await tx.tasks.add(task);
    let k = 0;
    for (const { policy = "learned", pushes, accepted, approved = 0 } of counts)
      for (let n = 0; n < pushes; n++) {
        const at = friday - 9 * day;
        const person = `${id}-${k++}`;
        await addPerson(tx, { id: person, name: person, roles: ["koc"], ownerId: null });
        const said = n < accepted ? { acceptedAt: at + 1 } : {};
        await tx.tasks.addAssignment({
          ...blank,
          id: `a-${person}`,
          taskId: id,
          personId: person,
          policy,
          plannedAt: at,
          pushedAt: at,
          seenAt: at,
          ...said,
          ...(n < approved && { submittedAt: at + 2, approvedAt: at + 3 }),
        });
        await tx.learning.addDecisions([
          {
            id: `d-${person}`,
            taskId: id,
            personId: person,
            assignmentId: `a-${person}`,
            form: "video",
            options: '{"video":1}',
            probability: 1,
            score: 0,
            reasons: "[]",
            policy,
            detail: JSON.stringify({ situation: {}, logits: [0, 0, 0, 0], usual: 0 }),
            at,
          },
        ]);
      }
  });
}

const blank = {
  form: "video",
  wave: 1,
  sendAfter: null,
  acceptedAt: null,
  declinedAt: null,
  declineReason: null,
  declineNote: null,
  promisedAt: null,
  remindedAt: null,
  submittedAt: null,
  approvedAt: null,
  rejectedAt: null,
  withdrawnAt: null,
  blocked: null,
};

describe("does learning pay?", () => {
  const answerTo = async (learned: [number, number], fixed: [number, number]) => {
    const koloop = await started();
    await closedTask(koloop, "T1", "安全", [
      { policy: "learned", pushes: learned[0], accepted: learned[1], approved: learned[1] },
      { policy: "holdout", pushes: fixed[0], accepted: fixed[1], approved: fixed[1] },
    ]);
    await koloop.channel.write("M1", "bot:M1", "学习有用吗?");
    await koloop.settle();
    return koloop.channel.cardsIn("bot:M1")[0]!;
  };

  it.each<[string, [number, number], [number, number], string]>([
    ["yes", [120, 60], [40, 6], "学习有用"],
    ["no", [120, 10], [40, 20], "学习目前没有用,反而更差"],
    ["not yet", [12, 5], [3, 1], "还说不准学习有没有用"],
  ])("%s, with the interval", async (_, learned, fixed, title) => {
    const card = await answerTo(learned, fixed);

    expect(card.title).toBe(title);
    expect(JSON.stringify(card.blocks)).toMatch(/95 % 区间 [+−][\d.]+ 到 [+−][\d.]+/);
  });

  it("is answered although nothing was pushed, and to managers alone", async () => {
    const koloop = await started();

    await koloop.channel.write("M1", "bot:M1", "学习有用吗");
    await koloop.channel.write("E1", "bot:E1", "学习有用吗");
    await koloop.settle();

    expect(JSON.stringify(koloop.channel.cardsIn("bot:M1")[0])).toContain("没有什么可比");
    expect(JSON.stringify(koloop.channel.cardsIn("bot:E1"))).not.toContain("固定规则");
  });
});

describe("themes", () => {
  /** Six usual tasks of other themes, and two of one that nobody wants. */
  async function withWeakTheme(): Promise<TestKoloop> {
    const koloop = await started();
    for (let k = 1; k <= 6; k++)
      await closedTask(koloop, `T${k}`, `平常${k % 3}`, [{ pushes: 20, accepted: 9 + (k % 3) }]);
    for (const k of [7, 8]) await closedTask(koloop, `T${k}`, "冷门", [{ pushes: 24, accepted: 2 }]);
    await koloop.clock.tick();
    await koloop.settle();
    return koloop;
  }
  const statusOf = async (koloop: TestKoloop) =>
    (await koloop.store.read((tx) => tx.learning.themes())).find(({ id }) => id === "冷门")?.status;

  it("that nobody wants are shown to the manager once, with evidence and ways out", async () => {
    const koloop = await withWeakTheme();
    await koloop.clock.tick();
    await koloop.settle();

    const cards = koloop.channel.cardsIn("bot:M1").filter((card) => card.key.startsWith("theme-"));
    expect(cards.map(({ title }) => title)).toEqual(["主题「冷门」:偏弱"]);
    expect(cards[0]?.buttons.map(({ label }) => label)).toEqual([
      "停用这个主题",
      "只用视频再试",
      "只用图文再试",
      "不认同",
    ]);
    expect(JSON.stringify(cards[0]?.blocks)).toMatch(/2 个任务.*偏弱的可能 \d+ %/);
  });

  it("are retired by a tap, asked of nobody from then on, and revived by a tap", async () => {
    const koloop = await withWeakTheme();
    await koloop.channel.press("M1", "bot:M1", "停用这个主题");
    await koloop.settle();
    const retired = await statusOf(koloop);
    const task = await koloop.store.read((tx) => tx.tasks.find("T8"));
    await koloop.store.transaction((tx) =>
      tx.tasks.add({ ...task!, id: "T9", status: "draft", deadlineAt: friday + 9 * day }),
    );
    await koloop.channel.tap("M1", "bot:M1", { type: "task.send", id: "T9" });
    await koloop.settle();
    const refused = koloop.channel.wordsIn("bot:M1").at(-1);

    await koloop.channel.press("M1", "bot:M1", "恢复");
    await koloop.channel.tap("M1", "bot:M1", { type: "task.send", id: "T9" });
    await koloop.settle();

    expect([retired, await statusOf(koloop)]).toEqual(["retired", "ok"]);
    expect(refused).toBeDefined();
    expect((await koloop.store.read((tx) => tx.tasks.assignmentsOf("T9"))).length).toBeGreaterThan(0);
  });

  it("keep a manager's word with its reason, and koloop's next verdict does not overturn it", async () => {
    const koloop = await withWeakTheme();
    await koloop.channel.write("M1", "bot:M1", "恢复主题 冷门,因为春节后再看");
    await closedTask(koloop, "T10", "冷门", [{ pushes: 24, accepted: 1 }]);
    await koloop.clock.tick();

    expect(await statusOf(koloop)).toBe("ok");
    const audit = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ detail: string }>("SELECT detail FROM audit WHERE action = 'theme.ok' ORDER BY seq DESC"),
    );
    expect(audit[0]?.detail).toContain("春节后再看");
  });
});

describe("what was learned", () => {
  it("is shown with its moves, and what answers taught of a tag is forgotten and put back exactly", async () => {
    const koloop = await started();
    await koloop.store.transaction(async (tx) => {
      for (let k = 0; k < 5; k++)
        await tx.experience.note(
          { tag: "space", evidence: ["core/x/space#1"] },
          "rejected",
          `suggestion ${k}`,
          friday + k,
        );
    });
    const learned = await koloop.store.read((tx) => tx.experience.all("space"));

    await koloop.channel.write("M1", "bot:M1", "权重");
    await koloop.settle();
    await koloop.channel.press("M1", "bot:M1", "忘掉");
    await koloop.settle();
    const forgotten = await koloop.store.read((tx) => tx.experience.all("space"));
    await koloop.channel.press("M1", "bot:M1", "撤销");

    expect(forgotten).toEqual([]);
    expect(await koloop.store.read((tx) => tx.experience.all("space"))).toEqual(learned);
  });
});
