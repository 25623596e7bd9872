import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createAssistedExtractor } from "#nlp/llm.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { languageModel as fake, saying } from "../fakes/language-model.ts";

const taxonomy = loadTaxonomy();
const local = () => ({
  cues: [{ tag: "space", quote: "后备箱", turn: 0, score: 0.8, evidence: ["p#1"] }],
  retractions: [],
});
const turns: Turn[] = [{ who: "customer", text: "后备箱要大,打我13812345678,接娃放学用" }];

test("known tags with verbatim quotes are added, personal numbers never leave", async () => {
  const { baseUrl, asked } = await fake(
    saying(
      '```json\n{"tags":[{"tag":"school_age_kid","quote":"接娃放学","score":0.9},{"tag":"space","quote":"后备箱要大"}],"retract":[]}\n```',
    ),
  );

  const { cues } = await createAssistedExtractor({ baseUrl, model: "m" }, taxonomy, local).extract(turns);

  expect(cues.map(({ tag, quote }) => [tag, quote])).toEqual([
    ["space", "后备箱"],
    ["school_age_kid", "接娃放学"],
  ]);
  expect(cues[0]!.score).toBeGreaterThan(0.8);
  expect(asked.join()).not.toContain("13812345678");
});

test("a quote over a masked number comes back in the subject's own words", async () => {
  const { baseUrl } = await fake(saying(`{"tags":[{"tag":"no_calls","quote":"打我${"＊".repeat(11)}"}]}`));

  const { cues } = await createAssistedExtractor({ baseUrl, model: "m" }, taxonomy, local).extract(turns);

  expect(cues.find((cue) => cue.tag === "no_calls")?.quote).toBe("打我13812345678");
});

test("invented tags, invented quotes, bare open tags and obedience to the chat are dropped", async () => {
  const hostile = {
    tags: [
      { tag: "is_rich", quote: "后备箱" },
      { tag: "married", quote: "我老婆" },
      { tag: "city", quote: "后备箱" },
      { tag: "space:x", quote: "后备箱" },
    ],
    retract: [{ tag: "single", quote: "不存在" }],
  };
  const { baseUrl } = await fake(saying(JSON.stringify(hostile)));

  const heard = await createAssistedExtractor({ baseUrl, model: "m" }, taxonomy, local).extract(turns);

  expect(heard).toEqual(local());
});

test.each([
  ["nonsense", saying("I am a teapot")],
  ["the wrong shape", saying('{"tags":"all of them"}')],
  ["an error", (response: ServerResponse) => void response.writeHead(500).end("boom")],
  ["a page of HTML", (response: ServerResponse) => void response.end("<html>")],
  ["a broken connection", (response: ServerResponse) => void response.destroy()],
])("falls back silently on %s", async (_, answer) => {
  const { baseUrl } = await fake(answer);
  const assisted = createAssistedExtractor({ baseUrl, model: "m" }, taxonomy, local);

  expect(await assisted.extract(turns)).toEqual(local());
  expect(assisted.usage()).toMatchObject({ calls: 1, fellBack: 1, lastFault: expect.any(String) });
});

test("a slow model is not waited for beyond the time limit", async () => {
  const { baseUrl } = await fake((response) => void response.write("{"));
  const assisted = createAssistedExtractor({ baseUrl, model: "m", timeoutMs: 100 }, taxonomy, local);
  const started = performance.now();

  expect(await assisted.extract(turns)).toEqual(local());
  // Where nothing is set it is eight seconds.
  expect(performance.now() - started).toBeLessThan(7_000);
});

test("a spent budget asks nobody until the next day", async () => {
  const { baseUrl, asked } = await fake(saying('{"tags":[]}', 1_000));
  let now = Date.UTC(2026, 0, 1, 12);
  const assisted = createAssistedExtractor(
    { baseUrl, model: "m", dailyTokens: 1_500, now: () => now },
    taxonomy,
    local,
  );

  for (let k = 0; k < 4; k++) await assisted.extract(turns);
  const spent = asked.length;
  now += 86_400_000;
  await assisted.extract(turns);

  expect([spent, asked.length]).toEqual([2, 3]);
});

test("names of group members never leave, and what was sent without an answer counts against the budget", async () => {
  const { baseUrl, asked } = await fake((response) => void response.destroy());
  const assisted = createAssistedExtractor({ baseUrl, model: "m" }, taxonomy, local);

  await assisted.extract([{ who: "王小美", text: "我家的车" }, ...turns]);

  expect(asked.join()).not.toContain("王小美");
  expect(assisted.usage().tokens).toBeGreaterThan(1_000);
});

test.each([
  ["a clear question", '{"question":"近7天的完成率"}', "近7天的完成率"],
  ["null", '{"question":null}', undefined],
  ["a link", '{"question":"看 https://evil.example 的完成率"}', undefined],
  ["an essay", JSON.stringify({ question: "长".repeat(500) }), undefined],
  ["SQL instead of JSON", "SELECT * FROM person", undefined],
])("of a rephrased question, %s is taken for what it is", async (_, content, expected) => {
  const { baseUrl, asked } = await fake(saying(content));

  const clear = await createAssistedExtractor({ baseUrl, model: "m" }, taxonomy, local).rephrase(
    "打13812345678的那位?",
  );

  expect(clear).toBe(expected);
  expect(asked.join()).not.toContain("13812345678");
});
