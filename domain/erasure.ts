/** Something by which a person could be found again. `whole`: an id, which counts only where it stands by itself. */
export type Mark = { text: string; whole: boolean; instead: string };

/** The shortest words that are worth looking for: a single character would black out half of what others said. */
const shortestWords = 2;
/** Ids shorter than this are found only between the signs that koloop itself puts around ids. */
const shortId = 6;

/** The marks of a person: ids stand by themselves and are replaced by a token of their own, so that keys stay apart. */
export function marksOf(ids: readonly string[], words: readonly string[], token: string): Mark[] {
  const unique = (texts: readonly string[]) => [...new Set(texts)].sort((a, b) => b.length - a.length);
  return [
    ...unique(ids.filter((id) => id !== "")).map((text, i) => ({ text, whole: true, instead: `${token}.${i}` })),
    ...unique(words.filter((word) => [...word.trim()].length >= shortestWords)).map((text) => ({
      text,
      whole: false,
      instead: "[已删除]",
    })),
  ];
}

/** The text without the marks; the very same text where none is in it. JSON stays JSON. */
export function withoutMarks(text: string, marks: readonly Mark[]): string {
  let left = text;
  for (const mark of marks) for (const form of formsOf(mark.text)) left = without(left, form, mark);
  return left;
}

/** Whether any of the marks is in the text. */
export const holdsMark = (text: string, marks: readonly Mark[]): boolean => withoutMarks(text, marks) !== text;

/** As it stands, and as JSON writes it, once and twice (a JSON text inside JSON). */
export function formsOf(text: string): string[] {
  const once = JSON.stringify(text).slice(1, -1);
  return [...new Set([JSON.stringify(once).slice(1, -1), once, text])];
}

function without(text: string, form: string, { whole, instead }: Mark): string {
  if (!whole) return text.replaceAll(form, instead);
  const beside = form.length < shortId ? betweenSigns : besideNoLetter;
  let from = 0;
  let left = text;
  for (;;) {
    const at = left.indexOf(form, from);
    if (at < 0) return left;
    const end = at + form.length;
    if (beside(left[at - 1]) && beside(left[end])) {
      left = left.slice(0, at) + instead + left.slice(end);
      from = at + instead.length;
    } else from = at + 1;
  }
}

const besideNoLetter = (sign: string | undefined): boolean => sign === undefined || !/[A-Za-z0-9_]/.test(sign);
const betweenSigns = (sign: string | undefined): boolean => sign === undefined || /["'.:/|~,\\-]/.test(sign);

/** `2026-11`, by the universal clock: counts of forgotten people need no zone. */
export const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);
