import type { Koloop } from "#bot/main.ts";
import type { ActionType } from "#cards/action.ts";
import type { Role } from "#domain/person.ts";
import { newAssignment, type Task } from "#domain/task.ts";
import { mergePeople } from "#handlers/merge-people.ts";
import { settleTag } from "#handlers/settle-tags.ts";
import { addPerson, friday } from "./koloop.ts";

/** Ann (E1) looks after the customer, the KOC K1 and others; Lu (L1) leads her team; Ben (E2) belongs to none; two managers. */
const cast: [string, string, Role[], string | null][] = [
  ["M1", "莫经理", ["manager"], null],
  ["M2", "孟经理", ["manager"], null],
  ["E1", "安娜", ["koe"], null],
  ["L1", "陆组长", ["koe"], null],
  ["E2", "小本", ["koe"], null],
  ["K1", "李雷甲", ["koc", "customer"], "E1"],
  ["K2", "韩梅梅乙", ["koc"], "E1"],
  ["C1", "王女士丙", ["customer"], "E1"],
  ["D1", "赵丁丁", ["customer"], "E1"],
  ["D2", "赵小丁", ["customer"], "E1"],
  ["X1", "陌生人", ["customer"], null],
];
/** Who acts in the matrix. */
export const actors = ["M1", "E1", "L1", "E2", "K1", "K2", "C1", "X1"] as const;
export const rolesOf = new Map(cast.map(([id, , roles]) => [id, roles]));
/** What nobody may read who may not: the names of the others, and figures that stand nowhere else. */
export const secrets = ["李雷甲", "韩梅梅乙", "王女士丙", "赵丁丁", "赵小丁", "秘密任务", "987654", "宝宝刚满月"];

/** Whose a thing is: a person's whom Ann looks after, one person's alone, whoever's presses, or the brand's. */
export type Whose = { about: string } | { only: string } | "presser" | "brand";
type Thing = { id: string; arg?: string; whose: Whose };

const task = (id: string, status: Task["status"]): Task => ({
  id,
  title: `秘密任务 ${id}`,
  theme: "秘密主题",
  brief: "写写",
  materials: [],
  target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
  forms: [
    { form: "video", brief: "" },
    { form: "photo_text", brief: "" },
  ],
  importance: 3,
  quota: 2,
  pushBudget: null,
  reward: 10,
  proof: { platforms: [], count: 1, mustMention: [], newerThanTask: false },
  publishedAt: status === "open" ? friday - 86_400_000 : null,
  deadlineAt: friday + 7 * 86_400_000,
  status,
  autopilot: false,
  briefVersion: 1,
  templateId: null,
  createdBy: "M1",
  createdAt: friday - 86_400_000,
  updatedAt: friday - 86_400_000,
});

/** Fills a koloop with one thing for each button to be about, and tells which. A button without a thing does not compile. */
export async function furnish(koloop: Koloop): Promise<Record<ActionType, Thing>> {
  const things = await bringIn(koloop);
  // What time brings is done before: on a slow machine the clock strikes while buttons are pressed and words are said.
  await koloop.clock.tick();
  return things;
}

async function bringIn({ store, ctx }: Koloop): Promise<Record<ActionType, Thing>> {
  const at = ctx.now();
  return store.transaction(async (tx) => {
    for (const [id, name, roles, ownerId] of cast) await addPerson(tx, { id, name, roles, ownerId });
    await tx.teams.add({ id: "team1", name: "一组", at });
    await tx.teams.join("team1", "E1");
    await tx.teams.lead("team1", "L1", at);
    const wang = (await tx.people.find("C1"))!;
    const tag = { source: "koe", proposedBy: "E1", settledBy: "E1", messageId: null, suggestionId: null } as const;
    for (const [id, key] of [
      ["C1", "new_parent"],
      ["K1", "has_pets"],
    ] as const)
      await settleTag(tx, ctx, (await tx.people.find(id))!, {
        ...tag,
        tag: key,
        holds: true,
        quote: "宝宝刚满月",
        confidence: 1,
        at,
      });
    const wangs = (await tx.ledger.openHolds("C1"))[0]!.id;
    const lis = (await tx.ledger.openHolds("K1"))[0]!.id;
    await tx.suggestions.add({
      id: "sug1",
      cardId: "sug1",
      personId: wang.id,
      tag: "has_kids",
      kind: "hold",
      quote: "宝宝刚满月",
      messageId: null,
      conversationId: null,
      askedOf: "E1",
      score: 0.9,
      evidence: [],
      status: "open",
      createdAt: at,
      expiresAt: at + 86_400_000,
      answeredAt: null,
      answeredBy: null,
    });
    await tx.tasks.add(task("draft1", "draft"));
    await tx.tasks.add(task("open1", "open"));
    await tx.tasks.add(task("open2", "open"));
    for (const [id, taskId] of [
      ["as1", "open1"],
      ["as2", "open2"],
    ] as const)
      await tx.tasks.addAssignment({
        ...newAssignment({ id, taskId, personId: "K1", form: "video", wave: 1, policy: "learned" }, at - 1000),
        pushedAt: at - 900,
      });
    await tx.submissions.add({
      id: "post1",
      taskId: "open1",
      personId: "K1",
      platform: "xiaohongshu",
      url: "https://www.xiaohongshu.com/explore/6560a1b2000000001203f001",
      postKey: "xiaohongshu:6560a1b2000000001203f001",
      form: "video",
      submittedAt: at - 500,
      status: "pending",
      rawText: "",
      reviewedBy: null,
      reviewedAt: null,
      reviewNote: null,
    });
    const none = { likes: null, comments: null, shares: null, favourites: null, completionRate: null };
    const shot = { id: "snap1", submissionId: "post1", at: at - 400, source: "koc" as const, byId: "K1" };
    await tx.submissions.addSnapshot({ ...shot, reads: 987654, ...none, recordedAt: at });
    await tx.settings.set("queue:queue1", JSON.stringify(["post1"]), at);
    const chosen = { personId: "K1", url: "https://www.xiaohongshu.com/explore/6560a1b2000000001203f009", text: "" };
    await tx.settings.set("hand-in:hand1", JSON.stringify(chosen), at);
    await tx.settings.set("figures:fig1", JSON.stringify({ personId: "K1", text: "阅读 987654", at }), at);
    const asked = { id: "ask1", question: "有多少客户", context: [], choices: ["有多少客户"], at };
    await tx.conversations.add({ id: "cv1", channel: "web", room: "bot:E1", kind: "bot", title: null, createdAt: at });
    await tx.answers.rememberQuestions("E1", "cv1", [asked], at);
    const rule = { kind: "tag", tag: "new_parent" } as const;
    const segment = { name: "秘密任务人群", rule, version: 1, status: "active" as const };
    await tx.segments.add({ ...segment, id: "seg1", createdBy: "E1", createdAt: at, updatedAt: at });
    for (const id of ["sdraft1", "sdraft2"])
      await tx.profiles.keepDraft(id, { id: `new-${id}`, name: `新分群${id}`, rule, version: 0 }, at);
    const change = { kind: "synonym" as const, tag: "new_parent", name: "刚当爸妈" };
    for (const [id, state] of [
      ["voc1", "asked"],
      ["voc2", "asked"],
      ["voc3", "applied"],
    ] as const)
      await tx.vocabulary.keep({ id, change, state, settlements: [], segments: [], tasks: [] }, at);
    for (const id of ["mo1", "mo2", "mo3"])
      await tx.moments.add({
        id,
        personId: "C1",
        ownerId: "E1",
        rule: "replacement_window",
        status: "shown",
        score: 1,
        reason: [],
        createdAt: at,
        dueAt: at,
        shownAt: at,
        settledAt: null,
        settledBy: null,
        later: 0,
      });
    const phrase = { tag: "new_parent", phrase: "小不点来了", subjects: 3, example: "宝宝刚满月", settledBy: null, at };
    for (const [id, state] of [
      ["ph1", "asked"],
      ["ph2", "asked"],
      ["ph3", "accepted"],
    ] as const)
      await tx.phrases.keep({ id, ...phrase, state }, at);
    await tx.settings.set("override:ov1", JSON.stringify({ segment: "S1", form: "video", before: null }), at);
    await tx.settings.set("theme-word:word1", JSON.stringify({ theme: "秘密主题", before: null }), at);
    await tx.settings.set("forgotten:fg1", JSON.stringify({ tag: "new_parent", rows: [] }), at);
    for (const id of ["tab1", "tab2"])
      await tx.intake.addTable({
        id,
        name: "表",
        rows: [["链接", "阅读"]],
        personId: "M1",
        columns: {},
        createdAt: at,
        status: null,
      });
    for (const id of ["app1", "app2"])
      await tx.approvals.add({
        id,
        kind: "export",
        subject: `M2 /${id}`,
        detail: { what: "秘密任务", people: 3 },
        askedBy: "M2",
        askedAt: at,
        expiresAt: at + 86_400_000,
        status: "waiting",
        answeredBy: null,
        answeredAt: null,
      });
    const [d1, d2, manager] = [await tx.people.find("D1"), await tx.people.find("D2"), await tx.people.find("M1")];
    const merge = await mergePeople(tx, ctx, d1!, d2!, manager!);
    const invite = await tx.codes.issue("invite", "E1", at + 86_400_000, at);

    const about = (id: string, person: string, arg?: string): Thing => ({
      id,
      whose: { about: person },
      ...(arg !== undefined && { arg }),
    });
    const only = (id: string, person: string, arg?: string): Thing => ({
      id,
      whose: { only: person },
      ...(arg !== undefined && { arg }),
    });
    const brand = (id: string, arg?: string): Thing => ({ id, whose: "brand", ...(arg !== undefined && { arg }) });
    const presser = (id: string): Thing => ({ id, whose: "presser" });
    return {
      "suggestion.confirm": only("sug1", "E1", "has_kids"),
      "suggestion.confirm-all": only("sug1", "E1"),
      "suggestion.reject-all": only("sug1", "E1"),
      "task.send": brand("draft1"),
      "task.cancel": brand("draft1"),
      "task.people": brand("draft1"),
      "task.autopilot": brand("draft1", "on"),
      "task.change": brand("draft1", "quota"),
      "wave.send": brand("open1", "2"),
      "wave.propose": brand("open1"),
      "write.say": brand("title", "x"),
      "task.report": brand("open1"),
      "template.use": brand("none"),
      "template.archive": brand("none"),
      "health.repush": brand("open1", "photo_text"),
      "health.template": brand("open1"),
      "health.thank": brand("open1"),
      "health.retire-theme": brand("open1"),
      "theme.retire": brand("open1"),
      "theme.revive": brand("open1"),
      "theme.undo": brand("word1"),
      "offer.accept": only("as1", "K1", "video"),
      "offer.decline": only("as1", "K1"),
      "offer.decline-because": only("as1", "K1", "no_time"),
      "offer.promise": only("as1", "K1", "1"),
      "offer.show": only("as1", "K1"),
      "task.suits": presser("me"),
      "task.take": presser("open2"),
      "hand-in.choose": only("hand1", "K1", "as1"),
      "metrics.choose": only("fig1", "K1", "post1"),
      "figures.give": only("post1", "K1"),
      "figures.skip": only("post1", "K1", "reads"),
      "figures.gone": only("post1", "K1"),
      "figures.overrule": brand("post1", "snap1"),
      "table.take": only("tab1", "M1"),
      "table.drop": only("tab2", "M1"),
      "review.approve": about("post1", "K1"),
      "review.send-back": about("post1", "K1"),
      "review.send-back-because": about("post1", "K1", "off_topic"),
      "review.reject": about("post1", "K1"),
      "review.each": about("queue1", "K1"),
      "review.all": about("queue1", "K1"),
      "review.all-sure": about("queue1", "K1"),
      "answer.choose": only("ask1", "E1", "0"),
      "answer.again": only("ask1", "E1", "last-month"),
      "answer.subscribe": only("ask1", "E1"),
      "profile.show": about("C1", "C1"),
      "profile.tags": about("C1", "C1"),
      "profile.tag": about(wangs, "C1"),
      "profile.history": about("C1", "C1"),
      "profile.remove": about(wangs, "C1"),
      "profile.lock": about(wangs, "C1"),
      "profile.unlock": about(wangs, "C1"),
      "profile.undo": about("C1", "C1"),
      "profile.merge": about("C1", "C1", "K2"),
      "profile.unmerge": about(merge, "D1"),
      "segment.apply": presser("sdraft1"),
      "segment.drop": presser("sdraft2"),
      "segment.retire": only("seg1", "E1"),
      "vocabulary.apply": brand("voc1"),
      "vocabulary.drop": brand("voc2"),
      "vocabulary.undo": brand("voc3"),
      "moment.take": only("mo1", "E1"),
      "moment.later": only("mo2", "E1"),
      "moment.unfit": only("mo3", "E1"),
      "invite.accept": presser(invite),
      "phrase.accept": brand("ph1"),
      "phrase.drop": brand("ph2"),
      "phrase.undo": brand("ph3"),
      "learned.forget": brand("new_parent"),
      "learned.restore": brand("fg1"),
      "override.undo": brand("ov1"),
      "own.show": only("K1", "K1"),
      "own.drop": only(lis, "K1"),
      "own.clear": only("K1", "K1"),
      "own.ask-forget": only("K1", "K1"),
      "own.forget": only("K1", "K1"),
      "approval.give": brand("app1"),
      "approval.refuse": brand("app2"),
    };
  });
}

/** What is written down of every event, whatever comes of it: that it came, from whom, and the answer. */
const notes = new Set([
  "seen_event",
  "outbox",
  "card_place",
  "conversation",
  "conversation_member",
  "message",
  "identity",
]);

/** Everything that a refused step may not change, as one text. */
export async function everything({ store }: Koloop): Promise<Map<string, string>> {
  return store.read(async ({ connection: { sql } }) => {
    const tables = await sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    const found = new Map<string, string>();
    for (const { name } of tables)
      if (!notes.has(name) && !name.startsWith("sqlite_")) {
        const rows = await sql.all<{ key?: string }>(`SELECT * FROM ${name}`);
        // Which questions somebody has asked lately is no decision.
        const kept = name === "setting" ? rows.filter(({ key }) => !key?.startsWith("questions:")) : rows;
        found.set(name, JSON.stringify(kept));
      }
    return found;
  });
}

export const changedTables = (before: Map<string, string>, after: Map<string, string>): string[] =>
  [...after].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);
