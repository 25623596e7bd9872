import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import type { SegmentDetail, SegmentListView, SegmentPreview } from "#bot/segment-view.ts";
import { settleTag } from "#handlers/settle-tags.ts";
import { asksAs } from "../setup/asks-as.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

let koloop: Koloop;
const cookies = new Map<string, string>();
beforeEach(async () => {
  cookies.clear();
  const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
  koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
  await koloop.start();
  await addCast(koloop);
  await hold("C1", "camping");
  await hold("K1", "camping");
  await hold("K1", "single");
});
afterEach(() => koloop.stop());

async function hold(who: string, tag: string): Promise<void> {
  const by = { source: "koe" as const, proposedBy: "koloop", settledBy: "E1", messageId: null, suggestionId: null };
  await koloop.store.transaction(async (tx) => {
    const person = await tx.people.find(who);
    await settleTag(tx, koloop.ctx, person!, { ...by, tag, holds: true, quote: null, confidence: 1, at: Date.now() });
  });
}

const asks = <T>(who: string, path: string, body?: object) => asksAs<T>(koloop, cookies, who, path, body);

const create = (words: string, name = "露营") =>
  asks<{ id: string }>("M1", "/api/segments", { id: null, name, words, version: 0 });
const detail = async (id: string) => (await asks<SegmentDetail>("M1", `/api/segments/${id}`)).said;

describe("the page of segments", () => {
  it("shows what a rule would do before it counts, and nothing happens by looking", async () => {
    const { said } = await asks<SegmentPreview>("M1", "/api/segments/preview", {
      id: null,
      name: "",
      words: "露营,排除 单身",
    });

    expect(said).toMatchObject({ rule: "露营爱好者,排除 单身", size: 1, entering: "1 人: 王女士", moves: true });
    expect((await asks<SegmentListView>("M1", "/api/segments")).said.segments).toEqual([]);
  });

  it("says what is wrong with the words while they are written", async () => {
    const preview = async (words: string) =>
      (await asks<{ fault: string }>("M1", "/api/segments/preview", { id: null, name: "", words })).said.fault;

    expect(await preview("露营 且 (单身")).toContain("括号");
    expect(await preview("露影")).toContain("没有叫「露影」");
  });

  it("creates a segment whose members follow, each with the reason", async () => {
    const { said } = await create("露营");

    expect(await detail(said.id)).toMatchObject({
      name: "露营",
      members: 2,
      settling: null,
      people: [
        { id: "C1", name: "王女士", because: "有「露营爱好者」" },
        { id: "K1", name: "李雷" },
      ],
    });
  });

  it("changes a rule once: who looked at an older one is told so", async () => {
    const { said } = await create("露营");
    const change = (words: string, version: number) =>
      asks("M1", "/api/segments", { id: said.id, name: "露营", words, version });

    expect((await change("露营 且 单身", 1)).status).toBe(200);
    expect((await change("单身", 1)).status).toBe(409);
    await expect.poll(async () => (await detail(said.id)).people.map(({ id }) => id)).toEqual(["K1"]);
  });

  it("refuses a name that is taken, or none", async () => {
    await create("露营");

    expect((await create("单身")).said.message).toContain("已经有");
    expect((await create("单身", " ")).status).toBe(422);
  });

  it("retires a segment unless another names it", async () => {
    const { said: first } = await create("露营");
    const { said: second } = await create("分群:露营 且 单身", "乙");

    expect((await detail(first.id)).namedBy.segments).toEqual(["乙"]);
    expect((await asks("M1", `/api/segments/${first.id}/retire`, {})).status).toBe(409);
    expect((await asks("M1", `/api/segments/${second.id}/retire`, {})).status).toBe(200);
    expect((await asks("M1", `/api/segments/${first.id}/retire`, {})).status).toBe(200);
    expect((await asks("M1", `/api/segments/${first.id}`)).status).toBe(404);
  });

  it.each(["E1", "C1"])("is not for %s", async (who) => {
    expect((await asks(who, "/api/segments")).status).toBe(403);
    expect((await asks(who, "/api/segments", { id: null, name: "x", words: "露营", version: 0 })).status).toBe(403);
  });
});
