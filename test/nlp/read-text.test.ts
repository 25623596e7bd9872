import { expect, test } from "vitest";
import { createTextReader } from "#nlp/read-text.ts";

/** A reader that finds the text's length as a phrase, and counts how often it was asked; each text is a talk of its own. */
function counting() {
  const asked: string[] = [];
  const reader = createTextReader((folded) => {
    asked.push(String.fromCharCode(...folded.units.subarray(0, folded.n)));
    return [{ phrase: folded.n, start: 0, end: folded.n }];
  });
  const hear = (text: string) => {
    reader.begin();
    return reader.read(text).matches;
  };
  return { asked, hear, reader };
}

test("what was said a moment ago is not searched again and brings the same", () => {
  const { asked, hear } = counting();

  const [first, again] = [hear("有什么可以帮您"), hear("有什么可以帮您")];

  expect(asked).toEqual(["有什么可以帮您"]);
  expect(again).toEqual(first);
});

test("texts are never taken for each other, however many there are and wherever they fall", () => {
  const { hear } = counting();
  const texts = Array.from({ length: 5_000 }, (_, k) => "好的".repeat(1 + (k % 7)) + String(k));

  const found = [...texts, ...texts.toReversed()].map((text) => [text.length, hear(text)[0]?.phrase]);

  expect(found.filter(([length, phrase]) => length !== phrase)).toEqual([]);
});

test("a long text is searched each time", () => {
  const { asked, hear } = counting();
  const text = "我家有两个娃,周末喜欢露营。".repeat(20);

  hear(text);
  hear(text);

  expect(asked).toHaveLength(2);
});

test("however many texts a talk has, each keeps its words until the next talk", () => {
  const { reader } = counting();
  const texts = Array.from({ length: 3_000 }, (_, k) => (k % 5 === 0 ? `第${k}句${"很长".repeat(200)}` : `第${k}句话`));

  reader.begin();
  const read = texts.map((text) => reader.read(text));

  expect(read.map(({ clauses }) => clauses.text)).toEqual(texts);
});
