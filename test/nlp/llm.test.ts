import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createAssistedExtractor } from "#nlp/llm.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const taxonomy = loadTaxonomy();
const local = () => ({
  cues: [{ tag: "space", quote: "后备箱", turn: 0, score: 0.8, evidence: ["p#1"] }],
  retractions: [],
});
const turns: Turn[] = [{ who: "customer", text: "后备箱要大,打我13812345678,接娃放学用" }];

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server of the OpenAI protocol on loopback that answers as told and remembers what it was asked. */
async function fake(answer: (response: ServerResponse) => void): Promise<{ baseUrl: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer(async (request: IncomingMessage, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push(body);
    answer(response);
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return { baseUrl: `http://127.0.0.1:${(server!.address() as AddressInfo).port}/v1`, asked };
}

const saying =
  (content: string, tokens = 100) =>
  (response: ServerResponse) => {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        id: "1",
        object: "chat.completion",
        created: 1,
        model: "m",
        choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
        usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens },
      }),
    );
  };

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
  expect(performance.now() - started).toBeLessThan(3_000);
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
