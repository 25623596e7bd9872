/** A stretch of text: words, or an address that can be followed. */
export type Stretch = { text: string; url?: string };

// An address ends where Chinese text goes on: people write 看这里https://…,很好 without a space.
const address = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;

/** Cuts text into words and web addresses; nothing is added or lost. */
export function stretches(text: string): Stretch[] {
  const found: Stretch[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    const url = withoutTrailingMarks(match[0]);
    if (!URL.canParse(url)) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: url, url });
    from = match.index + url.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** The full stop of a sentence, or the bracket around an address, is not part of it. */
function withoutTrailingMarks(url: string): string {
  let unopened = url.split(")").length - url.split("(").length;
  let end = url.length;
  for (; end > 0; end--) {
    const mark = url[end - 1]!;
    if (!/[.,;:!?'()*[\]]/.test(mark) || (mark === ")" && unopened <= 0)) break;
    if (mark === ")") unopened--;
    if (mark === "(") unopened++;
  }
  return url.slice(0, end);
}

const emoji =
  /^(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\uFE0F\u20E3?|[\u{E0020}-\u{E007E}]+\u{E007F})?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*|\s)+$/u;

/** One to three emoji and nothing else: shown large. Digits count as emoji in Unicode, but not here. */
export function isFewEmoji(text: string): boolean {
  if (text.length > 40 || !emoji.test(text) || /[\d#*]/.test(text)) return false;
  const signs = [...new Intl.Segmenter().segment(text)].filter(({ segment }) => segment.trim() !== "");
  return signs.length >= 1 && signs.length <= 3;
}

const longText = 700;
const longLines = 16;

/** What to show of a text that would fill the screen many times over; undefined for one that need not be cut. */
export function excerpt(text: string): string | undefined {
  let cut = Math.min(longText, text.length);
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < cut; at = text.indexOf("\n", at + 1)) {
    if (++lines >= longLines) cut = at;
  }
  if (cut === text.length) return undefined;
  // Not through the middle of an emoji.
  return text.slice(0, /[\uD800-\uDBFF]/.test(text[cut - 1]!) ? cut - 1 : cut);
}
