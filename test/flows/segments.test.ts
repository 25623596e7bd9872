import { describe, expect, it } from "vitest";
import { addPerson, presses, says, startWithCast, type TestKoloop } from "../setup/koloop.ts";

const membersOf = async (koloop: TestKoloop, name: string) =>
  koloop.store.read(async (tx) => {
    const segment = (await tx.segments.active()).find((one) => one.name === name);
    return segment ? (await tx.segments.membersOf(segment.id)).sort() : undefined;
  });

describe("a segment written in chat", () => {
  it("is shown back with who would enter, and is in force after a press", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 计划换车");
    await says(koloop, "E1", "/tag 王女士 二胎家庭");

    await says(koloop, "M1", "新建分群 换购窗口: 计划换车 且 (二胎家庭 或 事业晋升),排除 单身");
    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(await membersOf(koloop, "换购窗口")).toBeUndefined();
    await presses(koloop, "M1", "建立");

    expect(JSON.stringify(card)).toContain("1 人: 王女士");
    expect(await membersOf(koloop, "换购窗口")).toEqual(["C1"]);
    await says(koloop, "E1", "/tag 王女士 单身");
    expect(await membersOf(koloop, "换购窗口")).toEqual([]);
  });

  it("shows who would enter and leave before a changed rule counts, and keeps the version at each stay", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 计划换车");
    await says(koloop, "E1", "/tag 李雷 商旅人士");
    await says(koloop, "M1", "新建分群 目标: 计划换车");
    await presses(koloop, "M1", "建立");

    await says(koloop, "M1", "修改分群 目标: 商旅人士");
    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(await membersOf(koloop, "目标")).toEqual(["C1"]);
    await presses(koloop, "M1", "生效");

    expect(card?.blocks).toContainEqual({ type: "fact", label: "会进入", value: "1 人: 李雷" });
    expect(card?.blocks).toContainEqual({ type: "fact", label: "会离开", value: "1 人: 王女士" });
    expect(await membersOf(koloop, "目标")).toEqual(["K1"]);
    const [stay] = await koloop.store.read((tx) => tx.segments.staysOf("K1"));
    expect(stay?.ruleVersion).toBe(2);
  });

  it.each([
    ["M1", ["李雷", "韩梅梅"]],
    ["E1", ["李雷"]],
    ["E2", ["韩梅梅"]],
  ])("names only those whom the reader may see, though all are counted: %s", async (who, named) => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 李雷 商旅人士");
    await says(koloop, "M1", "/tag 韩梅梅 商旅人士");
    await koloop.store.transaction((tx) => tx.people.change("K2", { ownerId: "E2", updatedAt: koloop.ctx.now() }));

    await says(koloop, who, "新建分群 出差的: 商旅人士");

    const shown = JSON.stringify(koloop.channel.cardsIn(`bot:${who}`));
    expect(shown).toContain("2 人");
    expect(["李雷", "韩梅梅", "王女士"].filter((name) => shown.includes(name))).toEqual(named);
  });

  it("settles a large base in steps, and says as of when until then", async () => {
    const koloop = await startWithCast();
    await koloop.store.transaction(async (tx) => {
      for (let i = 0; i < 1200; i++)
        await addPerson(tx, {
          id: `P${String(i).padStart(5, "0")}`,
          name: `客${i}`,
          roles: ["customer"],
          ownerId: "E1",
        });
    });
    await says(koloop, "M1", "新建分群 全部: 所有人");
    await presses(koloop, "M1", "建立");

    await says(koloop, "M1", "分群列表");
    expect(JSON.stringify(koloop.channel.cardsIn("bot:M1")[0])).toContain("部分数据截至");
    await koloop.clock.tick();

    expect(await membersOf(koloop, "全部")).toHaveLength(1203);
    await says(koloop, "M1", "分群列表");
    expect(JSON.stringify(koloop.channel.cardsIn("bot:M1")[0])).not.toContain("部分数据截至");
  });

  it.each([
    ["新建分群 坏: 计划换个车", "您是指:"],
    ["新建分群 坏: ", "还没有条件"],
    ["新建分群 坏: 近30天活跃 且 沉默60天", "互相矛盾"],
    ["修改分群 没有的: 单身", "没有叫「没有的」的分群"],
  ])("refuses kindly: %s", async (text, answer) => {
    const koloop = await startWithCast();

    await says(koloop, "M1", text);

    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain(answer);
    expect(koloop.channel.cardsIn("bot:M1")).toEqual([]);
  });

  it("refuses a circle of segments", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "新建分群 甲: 单身");
    await presses(koloop, "M1", "建立");
    await says(koloop, "M1", "新建分群 乙: 分群:甲 且 计划换车");
    await presses(koloop, "M1", "建立");

    await says(koloop, "M1", "修改分群 甲: 分群:乙 或 单身");

    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain("甲 → 乙 → 甲");
  });

  it("lets an active person fall out by time alone", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "新建分群 活跃: 近30天活跃");
    await presses(koloop, "M1", "建立");
    await koloop.channel.write("C1", "direct:C1:E1", "你好");
    await koloop.settle();
    expect(await membersOf(koloop, "活跃")).toEqual(["C1"]);

    koloop.pass(31 * 86_400_000);
    await koloop.clock.tick();

    expect(await membersOf(koloop, "活跃")).toEqual([]);
  });
});

describe("segments that ask for influence", () => {
  it("follow what posts draw once it has been weighed anew, and show it as a reason", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "新建分群 影响: 影响力>=1.5");
    await presses(koloop, "M1", "建立");
    const weigh = (mark: string, people: Record<string, number>) =>
      koloop.store.transaction((tx) =>
        tx.influence.saveWeights({
          mark,
          at: koloop.ctx.now(),
          people: Object.fromEntries(
            Object.entries(people).map(([id, weight]) => [id, { weight, posts: 3, parts: [] }]),
          ),
          tags: {},
        }),
      );
    await weigh("one", { K1: 1.8, K2: 1.2 });
    await koloop.clock.tick();
    const before = await membersOf(koloop, "影响");

    await weigh("two", { K2: 1.6 });
    await koloop.clock.tick();

    expect(before).toEqual(["K1"]);
    expect(await membersOf(koloop, "影响")).toEqual(["K2"]);
  });
});

const aTask = {
  theme: "提车日记", brief: "", materials: [], forms: [{ form: "video", brief: "" }], importance: 3, quota: 2, pushBudget: null, reward: 10,
  target: { segments: [] as string[], tags: [], exclude: { segments: [], tags: [] } },
  proof: { platforms: [], count: 1, mustMention: [], newerThanTask: true },
  publishedAt: null, deadlineAt: null, autopilot: false, briefVersion: 1, templateId: null, createdBy: "M1", createdAt: 0, updatedAt: 0,
}; // biome-ignore format: short

describe("a rule of 1,000 conditions", () => {
  const clauses = Array.from({ length: 1000 }, (_, i) => (i % 2 ? "单身" : "计划换车"));

  it("is refused in chat with how many there may be, and changes nothing", async () => {
    const koloop = await startWithCast();

    await says(koloop, "M1", `新建分群 大: ${clauses.join(" 或 ")}`);

    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain("有 1000 个条件,最多 200 个");
    expect(await membersOf(koloop, "大")).toBeUndefined();
  });

  it("that a data package brings is followed like any other", async () => {
    const koloop = await startWithCast();
    const rule = { kind: "any" as const, of: clauses.map((_, i) => ({ kind: "tag" as const, tag: `t${i}` })) };
    rule.of.push({ kind: "tag", tag: "plans_replacement" });
    const at = { createdAt: 0, updatedAt: 1, createdBy: null };
    await koloop.store.transaction((tx) =>
      tx.segments.add({ id: "big", name: "大", rule, version: 1, status: "active", ...at }),
    );

    await says(koloop, "E1", "/tag 王女士 计划换车");

    expect(await membersOf(koloop, "大")).toEqual(["C1"]);
  });
});

describe("retiring a segment", () => {
  it("shows how many leave, lets them go after a press, and keeps their stays", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 计划换车");
    await says(koloop, "M1", "新建分群 目标: 计划换车");
    await presses(koloop, "M1", "建立");

    await says(koloop, "M1", "停用分群 目标");
    expect(koloop.channel.cardsIn("bot:M1")[0]?.blocks).toContainEqual({
      type: "fact",
      label: "会离开",
      value: "1 人",
    });
    await presses(koloop, "M1", "停用");

    expect(await membersOf(koloop, "目标")).toBeUndefined();
    const stays = await koloop.store.read((tx) => tx.segments.staysOf("C1"));
    expect(stays.map(({ leftAt }) => leftAt)).toEqual([koloop.ctx.now()]);
  });

  it("names the running tasks that reach people by it, before and after", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "新建分群 目标: 计划换车");
    await presses(koloop, "M1", "建立");
    const { id } = (await koloop.store.read((tx) => tx.segments.active()))[0]!;
    await koloop.store.transaction(async (tx) => {
      const task = (status: "open" | "closed") => ({ ...aTask, id: status, title: `任务 ${status}`, status });
      for (const one of [task("open"), task("closed")])
        await tx.tasks.add({ ...one, target: { ...one.target, segments: [id] } });
    });

    await says(koloop, "M1", "停用分群 目标");
    const asked = JSON.stringify(koloop.channel.cardsIn("bot:M1")[0]);
    await presses(koloop, "M1", "停用");

    for (const words of [asked, koloop.channel.wordsIn("bot:M1").at(-1)]) {
      expect(words).toContain("任务 open");
      expect(words).not.toContain("任务 closed");
    }
  });

  it("waits for the segments that name it", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "新建分群 甲: 单身");
    await presses(koloop, "M1", "建立");
    await says(koloop, "M1", "新建分群 乙: 分群:甲 且 计划换车");
    await presses(koloop, "M1", "建立");

    await says(koloop, "M1", "停用分群 甲");
    const [card] = koloop.channel.cardsIn("bot:M1");
    const { id } = (await koloop.store.read((tx) => tx.segments.active())).find((one) => one.name === "甲")!;
    await koloop.channel.tap("M1", "bot:M1", { type: "segment.retire", id });
    await koloop.settle();

    expect(card?.buttons).toEqual([]);
    expect(JSON.stringify(card)).toContain("乙");
    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain("还有别的分群用到它");
    expect(await membersOf(koloop, "甲")).toEqual([]);
  });
});
