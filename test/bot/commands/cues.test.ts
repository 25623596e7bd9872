import { expect, test } from "vitest";
import { runCues } from "#bot/commands/cues.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const extract = createExtractor(loadKnowledge());

async function run(...chunks: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  async function* input() {
    yield* chunks;
  }
  const code = await runCues(
    input(),
    { write: (text) => out.push(text) },
    { write: (text) => err.push(text) },
    extract,
  );
  return {
    code,
    lines: out
      .join("")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    err: err.join(""),
  };
}

const line = (id: string, ...turns: [string, string][]) =>
  `${JSON.stringify({ id, lang: "zh", turns: turns.map(([who, text]) => ({ who, text })) })}\n`;

test("each case gets a line with tags, quotes, scores and what is taken back", async () => {
  const { code, lines } = await run(
    line("a", ["customer", "我老婆想要大一点的"]),
    line("b", ["customer", "我们分手了"]),
  );

  expect(code).toBe(0);
  expect(lines[0].tags.find((t: { tag: string }) => t.tag === "married")).toMatchObject({
    quote: expect.stringContaining("老婆"),
    score: expect.any(Number),
  });
  expect(lines[1].retract).toContain("in_relationship");
});

test("wrong JSON and wrong shapes are named by line, and the rest goes on", async () => {
  const { code, lines, err } = await run(
    line("a", ["customer", "你好"]),
    "{bad\n",
    '{"id":"x"}\n',
    "\n",
    line("b", ["customer", "你好"]),
  );

  expect(code).toBe(1);
  expect(lines.map((l) => l.id)).toEqual(["a", "b"]);
  expect(err).toMatch(/^line 2: .*\nline 3: turns: .*\n$/);
});

test("lines may come in pieces, with a byte-order mark, without a last line break", async () => {
  const whole = `\uFEFF${line("a", ["customer", "你好"])}${line("b", ["customer", "我住杭州"])}`.trimEnd();

  const { lines } = await run(...(whole.match(/[\s\S]{1,7}/g) ?? []));

  expect(lines.map((l) => l.id)).toEqual(["a", "b"]);
});

test("unknown roles, empty turns, lone surrogates and a line of ten megabytes are survived", async () => {
  const { code, lines } = await run(
    line("odd", ["🤖", "我老婆"], ["customer", ""], ["customer", "\ud800\udc00\ud800"]),
    line("big", ["customer", "今天天气不错".repeat(1_700_000)]),
    line("none"),
  );

  expect(code).toBe(0);
  expect(lines).toEqual([
    { id: "odd", tags: [], retract: [] },
    { id: "big", tags: expect.any(Array), retract: [] },
    { id: "none", tags: [], retract: [] },
  ]);
});
