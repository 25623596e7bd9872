import { expect, test } from "vitest";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { rememberMatches } from "#nlp/match-again.ts";

/** A search that finds the text's length as a phrase, and counts how often it was asked. */
function counting() {
  const asked: string[] = [];
  const search = rememberMatches((folded) => {
    const text = String.fromCharCode(...folded.units.subarray(0, folded.n));
    asked.push(text);
    return [{ phrase: folded.n, start: 0, end: folded.n }];
  });
  return { asked, hear: (text: string) => search(text, foldInto(text, newFolded())) };
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
  const text = "我家有两个娃,周末喜欢露营。".repeat(8);

  hear(text);
  hear(text);

  expect(asked).toHaveLength(2);
});
