import type { TagKey } from "./taxonomy.ts";

/** Words of a subject whom a person gave the tag by hand, where koloop had heard nothing. */
export type HandTagged = { tag: TagKey; subject: string; text: string };

/** A way of saying that recurs among the subjects of a tag; a manager decides whether it enters a pack. */
export type PhraseProposal = { tag: TagKey; phrase: string; subjects: number; example: string };

export type ProposalRules = {
  /** So many different subjects must have said it. */
  subjects: number;
  /** Among all other talk at most this share may say it. */
  elsewhere: number;
};

export const PROPOSAL_RULES: ProposalRules = { subjects: 3, elsewhere: 0.005 };

const SHORTEST = { zh: 3, en: 2 };
const LONGEST = { zh: 10, en: 5 };

/** Phrases worth a manager's look, the most said first: said by several subjects of a tag and hardly by anybody else. Longer ones take in shorter. */
export function proposePhrases(
  tagged: readonly HandTagged[],
  otherTalk: readonly string[],
  rules = PROPOSAL_RULES,
): PhraseProposal[] {
  const byTag = new Map<TagKey, HandTagged[]>();
  for (const words of tagged) byTag.set(words.tag, [...(byTag.get(words.tag) ?? []), words]);
  const elsewhere = otherTalk.map((text) => text.toLowerCase());
  return [...byTag]
    .flatMap(([tag, words]) => proposalsFor(tag, words, elsewhere, rules))
    .sort((a, b) => b.subjects - a.subjects);
}

function proposalsFor(
  tag: TagKey,
  words: readonly HandTagged[],
  elsewhere: readonly string[],
  rules: ProposalRules,
): PhraseProposal[] {
  const saidBy = new Map<string, { subjects: Set<string>; example: string }>();
  for (const { subject, text } of words) {
    for (const phrase of new Set(piecesOf(text))) {
      const said = saidBy.get(phrase) ?? { subjects: new Set<string>(), example: text };
      said.subjects.add(subject);
      saidBy.set(phrase, said);
    }
  }
  const frequent = [...saidBy].filter(([, said]) => said.subjects.size >= rules.subjects);
  const longest = frequent.filter(
    ([phrase, said]) =>
      !frequent.some(
        ([other, by]) =>
          other.length > phrase.length && other.includes(phrase) && by.subjects.size >= said.subjects.size,
      ),
  );
  return longest
    .filter(
      ([phrase]) => elsewhere.filter((text) => text.includes(phrase)).length <= rules.elsewhere * elsewhere.length,
    )
    .map(([phrase, said]) => ({ tag, phrase, subjects: said.subjects.size, example: said.example }));
}

/** All runs of a few Chinese characters or English words within the clauses of a text. */
function piecesOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}' ]+/u)
    .flatMap((clause) =>
      /\p{Script=Han}/u.test(clause)
        ? runs([...clause.replace(/ /g, "")], SHORTEST.zh, LONGEST.zh, "")
        : runs(clause.split(" ").filter(Boolean), SHORTEST.en, LONGEST.en, " "),
    );
}

function runs(units: readonly string[], shortest: number, longest: number, joiner: string): string[] {
  const found: string[] = [];
  for (let from = 0; from < units.length; from++) {
    for (let size = shortest; size <= longest && from + size <= units.length; size++)
      found.push(units.slice(from, from + size).join(joiner));
  }
  return found;
}
