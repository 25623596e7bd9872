import { isAppScheme, platformOf, type Reading, readUrl, unknownPage } from "./post-address.ts";

/** A link found in what somebody wrote, and what its address says. */
export type PostLink = Reading & {
  /** As written, but half width, without invisible characters, and with a scheme. */
  url: string;
  /** Where it stands in the text that was read: `text.slice(start, end)`. */
  start: number;
  end: number;
};

/** Zero-width and direction marks, soft hyphen, byte order mark: pasted along, never part of an address. */
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;

/**
 * Full-width letters, digits and the signs that make an address become half width. The comma, semicolon, brackets, exclamation mark and
 * full stop stay: Chinese text ends an address with them.
 */
function narrow(char: string, next: string): string {
  const code = char.charCodeAt(0);
  if (code < 0xff01 || code > 0xff5e) return char;
  if (char === "：") return /[/／]/.test(next) ? ":" : char;
  if (char === "？") return /[A-Za-z_ａ-ｚＡ-Ｚ]/.test(next) ? "?" : char;
  return /[０-９ａ-ｚＡ-Ｚ／．＝＆＿－％＃～＠]/.test(char) ? String.fromCharCode(code - 0xfee0) : char;
}

/** The text as an address is read from it, and for each of its characters where it stood. */
function clean(text: string): { text: string; at: number[] } {
  const chars: string[] = [];
  const at: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (invisible.test(char)) continue;
    chars.push(narrow(char, text[i + 1] ?? ""));
    at.push(i);
  }
  at.push(text.length);
  // `www。douyin。com`: the full stop of a Chinese keyboard between the labels of a host.
  const joined = chars
    .join("")
    .replace(/[a-z0-9-]{1,63}(?:[。.][a-z0-9-]{1,63}){0,3}。(?:com|cn|tv|be|net|co)(?![a-z0-9-])/gi, (host) =>
      host.replaceAll("。", "."),
    );
  return { text: joined, at };
}

const addressChars = /[\w.~:/?#[\]@!$&'()*+,;=%-]+/g;
const starts = /([a-z][a-z0-9+.-]{1,24}):\/\/|(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?![a-z0-9@-])(?::\d+)?/gi;
const glued = /(?<![=#])https?:\/\/|[,;|](?=(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}\/)/gi;
const commonDomains = /\.(?:com|cn|net|org|tv|cc|me|io|app|link|top|xyz|vip|hk|tw|co|gov|edu)$/i;

/** Where the address ends: before the next one that is glued to it, before the punctuation of the sentence, before a bracket it did not open. */
function endOf(run: string, start: number, body: number): number {
  glued.lastIndex = body;
  const next = glued.exec(run);
  let end = next ? next.index : run.length;
  let open = 0;
  for (let i = start; i < end; i++) {
    if (run[i] === "(" || run[i] === "[") open++;
    else if ((run[i] === ")" || run[i] === "]") && --open < 0) end = i;
  }
  while (end > body && /[.,;:!?'*#(]/.test(run[end - 1]!)) end--;
  return end;
}

type Piece = { start: number; end: number; url: string };

/** The addresses in a run of characters that may make one. Each character is looked at a bounded number of times. */
function* addressesIn(run: string): Generator<Piece> {
  starts.lastIndex = 0;
  for (let hit = starts.exec(run); hit; hit = starts.exec(run)) {
    const piece = hit[1] === undefined ? bareAddress(run, hit) : schemedAddress(run, hit[1], hit.index);
    if (!piece) continue;
    yield piece;
    starts.lastIndex = piece.end;
  }
}

function schemedAddress(run: string, scheme: string, at: number): Piece | null {
  const web = /https?$/i.exec(scheme);
  const known = web?.[0] ?? (isAppScheme(scheme) ? scheme : null);
  if (!known) return null;
  const start = at + scheme.length - known.length;
  const end = endOf(run, start, start + known.length + 3);
  if (end <= start + known.length + 3) return null;
  return { start, end, url: `${known.toLowerCase()}${run.slice(start + known.length, end)}` };
}

/** An address typed without its scheme: a platform's host anywhere, any other only as `www.…` or with a path behind a usual ending. */
function bareAddress(run: string, hit: RegExpExecArray): Piece | null {
  const before = run[hit.index - 1] ?? "";
  if (/[@.-]/.test(before)) return null;
  if (before === "/" && /[a-z0-9]\/$/i.test(run.slice(Math.max(0, hit.index - 2), hit.index))) return null;
  const numbered = /^\d{1,2}\.(?=[a-z])/i.exec(hit[0])?.[0].length ?? 0; // `1.www.douyin.com/...` in a list
  const host = hit[0].slice(numbered).toLowerCase();
  const start = hit.index + numbered;
  const after = hit.index + hit[0].length;
  const hasPath = /[/?]/.test(run[after] ?? "") && after + 1 < run.length;
  const known = platformOf(host) !== null;
  if (!known && !(/^www\./.test(host) || (hasPath && commonDomains.test(host)))) return null;
  if (known && !hasPath && host.length < 6) return null; // `X.com` in a sentence, `t.co` in a name
  const end = endOf(run, start, after);
  return { start, end, url: `https://${run.slice(start, end)}` };
}

/** Lower-cases the scheme and the host, and nothing else: paths and codes are told apart by case. */
function withLowerHost(url: string): string {
  const host = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";
  return host.toLowerCase() + url.slice(host.length);
}

/** A host that goes on in letters of another alphabet is no host that can be trusted: `douyin.cоm` with a Cyrillic o. */
function isCutHost(text: string, end: number, url: string): boolean {
  return (
    /^https?:\/\/[^/?#]*$/i.test(url) &&
    /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]|[\u00c0-\u024f]/u.test(text[end] ?? "")
  );
}

/**
 * The links in a text in order, each post once. Reads what people paste: share texts, links glued to words and punctuation or to each
 * other, full-width and invisible characters, links without a scheme, app links. Fetches nothing, throws nothing; time grows with the
 * length of the text.
 */
export function findLinks(text: string): PostLink[] {
  const cleaned = clean(text);
  const found: PostLink[] = [];
  const seen = new Set<string>();
  for (const run of cleaned.text.matchAll(addressChars)) {
    for (const piece of addressesIn(run[0])) {
      const start = run.index + piece.start;
      const end = run.index + piece.end;
      const url = withLowerHost(piece.url);
      const reading = isCutHost(cleaned.text, end, url) ? unknownPage(url) : readUrl(url);
      const same = reading.key ?? reading.canonical;
      if (seen.has(same)) continue;
      seen.add(same);
      found.push({ url, start: cleaned.at[start]!, end: (cleaned.at[end - 1] ?? 0) + 1, ...reading });
    }
  }
  return found;
}

/** Whether two links are one post: `unknown` when a short link, or a second way of naming posts on the platform, hides it. */
export function comparePosts(a: PostLink, b: PostLink): "same" | "different" | "unknown" {
  if (a.key === null || b.key === null) return a.canonical === b.canonical ? "same" : "unknown";
  if (a.key === b.key) return "same";
  if (!a.resolved || !b.resolved) return "unknown";
  if (a.platform !== b.platform) return "different";
  return a.key.split(":", 2)[1] === b.key.split(":", 2)[1] ? "different" : "unknown";
}

/** Whether two links are certain to be one post, whatever page, app or parameters they came with. */
export function samePost(a: PostLink, b: PostLink): boolean {
  return comparePosts(a, b) === "same";
}
