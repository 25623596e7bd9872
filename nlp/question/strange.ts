import { questionLexicon } from "./lexicon.ts";
import { has, type Scanned } from "./scan.ts";
import { soundOf } from "./sound.ts";

/** `T99`: written like a number of a task or a person, and nobody's. */
export function unknownIds({ text, tokens }: Scanned): string[] {
  return [...text.matchAll(/(?<![a-z0-9])[temp]\d{2,4}(?![a-z0-9])/g)]
    .filter((hit) => !tokens.some((t) => t.start <= hit.index && t.end > hit.index && t.names.length > 0))
    .map((hit) => hit[0].toUpperCase());
}

/** `the rainy night task`: English words right before task or segment that are nobody's name. */
export const unknownEnglish = ({ text, tokens, rest }: Scanned): string[] =>
  tokens
    .filter((t) => /^(?:tasks?|segments?|themes?|tags?)$/.test(t.text))
    .flatMap((t) =>
      rest.filter((r) => /[a-z]{4}/.test(r.text) && /^ *$/.test(text.slice(r.end, t.start)) && r.end <= t.start),
    )
    .map((r) => r.text.trim());

const ofTypes = ["segment", "tag", "task", "theme", "platform"];
const joiners = /[的有是在和跟与里了几多少把给那这各每哪按从到个看查问一]/;

/** What stands right before 群, 标签, 主题 … and is no name that the brand has. */
export function unknownNames({ text, tokens, rest }: Scanned): string[] {
  const unexplained = new Set(rest.flatMap((r) => Array.from({ length: r.end - r.start }, (_, k) => r.start + k)));
  const solid = new Set(
    tokens
      .filter((t) => t.end - t.start > 1 || t.names.length > 0 || t.senses.some((s) => s.of !== "filler"))
      .flatMap((t) => Array.from({ length: t.end - t.start }, (_, k) => t.start + k)),
  );
  return tokens
    .filter(
      (t) =>
        t.senses.some((s) => s.of === "dimension" && ofTypes.includes(s.key)) ||
        has(t, "that_segment") ||
        has(t, "that_task") ||
        has(t, "that_theme"),
    )
    .flatMap((t) => {
      const end = /(?:这个|那个|这|那)$/.exec(text.slice(0, t.start))?.index ?? t.start;
      let start = end;
      while (
        start > 0 &&
        !solid.has(start - 1) &&
        /[\u4e00-\u9fffa-z]/.test(text[start - 1]!) &&
        !joiners.test(text[start - 1]!)
      )
        start--;
      const run = text.slice(start, end);
      const strange = Array.from({ length: end - start }, (_, k) => start + k).filter((k) => unexplained.has(k)).length;
      return strange >= 2 && run.length >= 2 ? [run] : [];
    });
}

/** Chinese words left over outside quotation marks; what is only looked for in texts is none. */
export const strangeWords = ({ rest }: Scanned, keywords: readonly string[]): string[] =>
  rest
    .map((r) => r.text.replace(/[^\u4e00-\u9fff]/g, ""))
    .filter((word) => word.length >= 2 && !keywords.some((k) => k.includes(word) || word.includes(k)))
    // `任物` sounds like a word that is known: a slip, and no name.
    .filter((word) => !questionLexicon().sounds.has(soundOf(word)));

/** A family name and one or two letters that nobody has, where the one who did something is named. */
export function unknownPeople({ text, tokens }: Scanned): string[] {
  const verb = tokens.find(
    (t) => has(t, "step") || has(t, "state") || has(t, "owned") || has(t, "measure") || has(t, "person_field"),
  );
  if (!verb) return [];
  const lead = text
    .slice(0, verb.start)
    .replace(
      /(?:的|一共|总共|上周|上个?月|本月|这个?月|最近|到底|手里|名下|现在|一个|今年|昨天|今天|有没有|都|还|没|也|老)+$/g,
      "",
    );
  if (!/^[\u4e00-\u9fff]{2,4}$/.test(lead) || !questionLexicon().surnames.has(lead[0]!)) return [];
  const inside = tokens.filter((t) => t.start < lead.length);
  const isKnown = inside.some(
    (t) => t.names.length > 0 || t.time || t.senses.some((s) => s.of !== "filler" && s.of !== "dimension"),
  );
  const covered = inside.reduce((sum, t) => sum + Math.min(t.end, lead.length) - t.start, 0);
  return isKnown || covered >= lead.length ? [] : [lead];
}
