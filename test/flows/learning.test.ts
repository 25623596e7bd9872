import { describe, expect, it } from "vitest";
import type { Tx } from "#db/store.ts";
import type { Task } from "#domain/task.ts";
import { addCast, addPerson, friday, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const day = 86_400_000;

async function started(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  return koloop;
}

type Counts = { policy?: "learned" | "holdout"; pushes: number; accepted: number; approved?: number; reads?: number };

/** A task that is over, with what came of its pushes; `usual` is what was believed of each, in logits. */
async function closedTask(
  koloop: TestKoloop,
  id: string,
  theme: string,
  counts: Counts[],
  { wording = 1, autopilot = false }: { wording?: number; autopilot?: boolean } = {},
): Promise<void> {
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
    autopilot,
    briefVersion: wording,
    templateId: null,
    createdBy: "M1",
    createdAt: friday - 10 * day,
    updatedAt: friday - day,
  };
  await koloop.store.transaction(async (tx) => {
    await tx.tasks.add(task);
    let k = 0;
    for (const { policy = "learned", pushes, accepted, approved = 0, reads } of counts)
      for (let n = 0; n < pushes; n++) {
        const at = friday - 9 * day;
        const person = `P${k++}`;
        if (!(await tx.people.find(person)))
          await addPerson(tx, { id: person, name: person, roles: ["koc"], ownerId: null });
        const said = n < accepted ? { acceptedAt: at + 1 } : {};
        await tx.tasks.addAssignment({
          ...blank,
          id: `a-${id}-${person}`,
          taskId: id,
          personId: person,
          policy,
          plannedAt: at,
          pushedAt: at,
          seenAt: at,
          ...said,
          ...(n < approved && { submittedAt: at + 2, approvedAt: at + 3 }),
        });
        if (reads !== undefined && n < approved) await addPost(tx, id, person, Math.round(reads * (1 + (n % 3) / 20)));
        await tx.learning.addDecisions([
          {
            id: `d-${id}-${person}`,
            taskId: id,
            personId: person,
            assignmentId: `a-${id}-${person}`,
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

/** An approved piece with its figures after a week. */
async function addPost(tx: Tx, task: string, person: string, reads: number): Promise<void> {
  const [id, at] = [`S-${task}-${person}`, friday - 9 * day];
  const about = { taskId: task, personId: person, platform: "douyin", url: `https://d/${id}`, postKey: id };
  const state = { form: "video", submittedAt: at, status: "approved" as const, rawText: "", reviewNote: null };
  await tx.submissions.add({ id, ...about, ...state, reviewedBy: "M1", reviewedAt: at });
  const figures = { reads, likes: reads / 25, comments: reads / 100, shares: reads / 100, favourites: 0 };
  const taken = { at: at + 7 * day, source: "import" as const, byId: null, recordedAt: at, completionRate: null };
  await tx.submissions.addSnapshot({ id: `N-${id}`, submissionId: id, ...figures, ...taken });
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
  const answerTo = async (learned: [number, number], fixed: [number, number], asked = "学习有用吗?") => {
    const koloop = await started();
    const lang = /^[a-z]/i.test(asked) ? "en" : "zh";
    await koloop.store.transaction((tx) => tx.people.change("M1", { lang }));
    await closedTask(koloop, "T1", "安全", [
      { policy: "learned", pushes: learned[0], accepted: learned[1], approved: learned[1] },
      { policy: "holdout", pushes: fixed[0], accepted: fixed[1], approved: fixed[1] },
    ]);
    await koloop.channel.write("M1", "bot:M1", asked);
    await koloop.settle();
    return koloop.channel.cardsIn("bot:M1")[0]!;
  };

  it.each<[string, [number, number], [number, number], string, string]>([
    ["yes", [120, 60], [40, 6], "学习有用", "Learning pays"],
    ["no", [120, 10], [40, 20], "学习目前没有用,反而更差", "Learning does not pay: it does worse"],
    ["not yet", [12, 5], [3, 1], "还说不准学习有没有用", "It cannot be said yet whether learning pays"],
  ])("%s, with the interval, in either language", async (_, learned, fixed, zh, en) => {
    const card = await answerTo(learned, fixed);
    const english = await answerTo(learned, fixed, "does learning help?");

    expect(card.title).toBe(zh);
    expect(JSON.stringify(card.blocks)).toMatch(/95 % 区间 [+−][\d.]+ 到 [+−][\d.]+/);
    expect(english.title).toBe(en);
    expect(JSON.stringify(english.blocks)).toMatch(/95 % interval [+−][\d.]+ to [+−][\d.]+/);
    expect(JSON.stringify(english)).not.toMatch(/[\u4e00-\u9fff]/);
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

describe("a theme whose new words fail too", () => {
  /** Six usual tasks, and a theme that nobody wants, reworded in vain; `autopilot` as its last task ran. */
  async function hopeless(autopilot: boolean): Promise<TestKoloop> {
    const koloop = await started();
    for (let k = 1; k <= 6; k++)
      await closedTask(koloop, `T${k}`, `平常${k % 3}`, [{ pushes: 20, accepted: 9 + (k % 3) }]);
    for (const k of [7, 8, 9]) {
      const last = k === 9;
      const how = { wording: k === 7 ? 1 : 2, autopilot: last && autopilot };
      await closedTask(koloop, `T${k}`, "冷门", [{ pushes: 24, accepted: 1 }], how);
    }
    await koloop.clock.tick();
    await koloop.settle();
    return koloop;
  }
  const themeRow = async (koloop: TestKoloop) =>
    (await koloop.store.read((tx) => tx.learning.themes())).find(({ id }) => id === "冷门");
  const asksFor = async (koloop: TestKoloop, id: string): Promise<number> => {
    const task = await koloop.store.read((tx) => tx.tasks.find("T9"));
    const again = { ...task!, id, status: "draft" as const, deadlineAt: friday + 9 * day };
    await koloop.store.transaction((tx) => tx.tasks.add(again));
    await koloop.channel.tap("M1", "bot:M1", { type: "task.send", id });
    await koloop.settle();
    return (await koloop.store.read((tx) => tx.tasks.assignmentsOf(id))).length;
  };

  it("is retired by itself only where its last task ran by autopilot, and its managers are told", async () => {
    const [alone, watched] = [await hopeless(true), await hopeless(false)];

    expect([(await themeRow(alone))?.status, (await themeRow(alone))?.setBy]).toEqual(["retired", null]);
    expect((await themeRow(watched))?.status).toBe("weak");
    const card = alone.channel.cardsIn("bot:M1").find(({ key }) => key.startsWith("theme-"));
    expect([card?.title, card?.buttons.map(({ label }) => label)]).toEqual(["主题「冷门」:已停用", ["恢复"]]);
    expect(await asksFor(alone, "T20")).toBe(0);
    expect(alone.channel.wordsIn("bot:M1").at(-1)).toContain("恢复主题");
  });

  it("is revived by one tap, and the undo of that puts back exactly what stood before, to the last bit", async () => {
    const koloop = await hopeless(true);
    const before = await themeRow(koloop);
    await koloop.channel.press("M1", "bot:M1", "恢复");
    await koloop.settle();
    expect((await themeRow(koloop))?.status).toBe("ok");
    expect(await asksFor(koloop, "T21")).toBeGreaterThan(0);

    await koloop.channel.press("M1", "bot:M1", "撤销");
    await koloop.settle();

    expect(await themeRow(koloop)).toEqual(before);
    const card = koloop.channel.cardsIn("bot:M1").find(({ key }) => key.startsWith("theme-"));
    expect([card?.title, card?.settled]).toEqual(["主题「冷门」:已停用", "已撤销,和之前一样"]);
    expect(await asksFor(koloop, "T22")).toBe(0);
    await koloop.clock.tick();
    expect(await themeRow(koloop)).toEqual(before);
  });

  it("keeps the newer of two words: the older one's undo is refused", async () => {
    const koloop = await hopeless(true);
    await koloop.channel.write("M1", "bot:M1", "恢复主题 冷门,因为春节后再看");
    await koloop.settle();
    const undo = koloop.channel.cardsIn("bot:M1")[0]!.buttons.find(({ label }) => label === "撤销")!;
    await koloop.channel.write("M1", "bot:M1", "停用主题 冷门,因为没预算");
    await koloop.settle();
    const newer = await themeRow(koloop);

    await koloop.channel.tap("M1", "bot:M1", undo.action);
    await koloop.settle();

    expect(await themeRow(koloop)).toEqual(newer);
    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain("没有可以撤销的改动");
  });
});

describe("a strong pattern", () => {
  it("becomes a template by itself, with its evidence, and starts a new task in one tap", async () => {
    const koloop = await started();
    const close = async (k: number) => {
      if ([4, 6, 8, 10, 12].includes(k)) {
        const counts = { pushes: 24, accepted: 18, approved: k === 10 ? 9 : 8, reads: 1400 };
        return closedTask(koloop, `T${k}`, "改装实拍", [counts]);
      }
      const counts = { pushes: 24, accepted: 11 + (k % 2), approved: 8, reads: 1000 };
      return closedTask(koloop, `T${k}`, `平常${k % 3}`, [counts]);
    };
    for (let k = 1; k <= 13; k++) await close(k);
    await koloop.clock.tick();
    await koloop.settle();

    const card = koloop.channel.cardsIn("bot:M1").find(({ key }) => key.startsWith("theme-"))!;
    expect(card.title).toBe("主题「改装实拍」:表现突出");
    expect(JSON.stringify(card.blocks)).toMatch(
      /完成 9\/5.*主题 5 个任务,接受的几率是平常的 \d+\.\d\d 倍,突出的可能 \d+ %/,
    );
    await koloop.channel.press("M1", "bot:M1", "用模板 · 任务T10");
    await koloop.settle();

    const [template] = await koloop.store.read((tx) => tx.templates.list());
    const [draft] = await koloop.store.read((tx) => tx.tasks.list({ status: "draft" }));
    expect(template).toMatchObject({ title: "任务T10", createdBy: null, evidence: { pattern: { tasks: 5 } } });
    expect(draft).toMatchObject({ theme: "改装实拍", templateId: template!.id, createdBy: "M1" });
    const plan = koloop.channel.cardsIn("bot:M1")[0]!;
    expect(plan.buttons[0]!.label).toMatch(/^发送给 \d+ 人$/);
    await koloop.clock.tick();
    expect(await koloop.store.read((tx) => tx.templates.list())).toHaveLength(1);
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
