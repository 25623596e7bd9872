import type { TagKey } from "#domain/taxonomy.ts";
import type { Question } from "./asked-of-subject.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Found, Reading } from "./reading.ts";
import { kindOf, peopleIn } from "./scope-words.ts";

/** What an answer to a question after children says of how many there are, and how old. */
const CHILDREN: readonly { tag: TagKey; words: RegExp }[] = [
  {
    tag: "two_kids",
    words:
      /^(?:有)?(?:俩|仨|(?:两|二|2|三|3|四)个(?!多?半?(?:月|礼拜|星期|小时))|一儿一女|儿女双全|一男一女|双胞胎|龙凤胎|大的.*小的|两儿|两女|两娃|三娃|老大.*老二|two|three|four|2|3|4|twins|a boy and a girl|both)/,
  },
  {
    tag: "has_kids",
    words:
      /^(?:有)?(?:就)?(?:一个|1个|一女|一儿|一娃|一只(?:神兽|吞金兽)|\d+岁|[一二三四五六七八九十]+岁|just one|one|a (?:boy|girl|son|daughter)|男孩|女孩|公主|王子|男娃|女娃|男宝|女宝|儿子|女儿|闺女|boy|girl)/,
  },
  {
    tag: "new_parent",
    words:
      /(?:刚|才|快|到?)?(?:\d+|[一二三四五六七八九十两几]+)个?(?:多|半)?月(?!内|底|份|初|前|后)|刚出生|刚满月|刚?出(?:了)?月子|还?在?坐月子|(?:才|刚|快)?(?:[1-9]|[1-9]\d|[一二三四五六七八九十]{1,3})天(?!后|前|一|内|左右就|就能|没|送|以|再|查|不)|半(?:周)?岁|百(?:日|天)|没断奶|(?:刚|才)?(?:一|1)岁(?:多|半)?(?!\d)|\d+ (?:months?|weeks?)(?: old)?|newborn/,
  },
  {
    tag: "school_age_kid",
    words:
      /(?<!教|带)(?:[一二三四五六]|小|初|高)年级|[一二三四五六初高][一二三]$|小学|初中|高中|中考|高考|[7-9]岁|1[0-7]岁|(?:[七八九]|十[一二三四五六七]?)岁|(?:first|second|third|fourth|fifth|\d(?:st|nd|rd|th)) grade|year \d/,
  },
];

/** The children that an answer tells of. */
export const childrenIn = (reading: Reading): Found[] =>
  CHILDREN.flatMap(({ tag, words }) => {
    const said = words.exec(reading.clauses.text);
    return said ? [answered(reading, said, tag, `core/family/${tag}#answer`)] : [];
  });

const answered = (reading: Reading, said: RegExpExecArray, tag: TagKey, evidence: string): Found => ({
  tag,
  place: { reading, start: said.index, end: said.index + said[0].length },
  turn: reading.at,
  way: "answer",
  evidence,
  ended: false,
});

const FOR_WHOM = { elder: "for_elders", child: "for_kids", partner: "for_partner" } as const;
const evidenceFor = (tag: TagKey): string => `core/motive/${tag}#answer`;

/** `主要谁开` / `我妈`: the first person named is whom it is for. */
export function forWhomIn(knowledge: Knowledge, reading: Reading): Found[] {
  const { text, clauseAt } = reading.clauses;
  const first = text.slice(0, clauseAt[1] ?? text.length);
  for (const match of peopleIn(knowledge.scope[reading.lang], first)) {
    const kind = kindOf(match);
    if (kind === "others") return [];
    if (kind === "addressee" || kind === "self" || /不是|别|没/.test(first.slice(0, match.index))) continue;
    const tag = FOR_WHOM[kind];
    return [
      {
        ...answered(reading, match, tag, evidenceFor(tag)),
        place: { reading, start: 0, end: match.index + match[0].length },
      },
    ];
  }
  return [];
}

/** `给爸妈买的吗` / `给他们`: it is for whom the question names; undefined where the answer points to nobody. */
export function forThemIn(text: string, named: Question["names"]): { tag: TagKey; evidence: string } | undefined {
  if (!named || !THEM.test(text)) return undefined;
  return { tag: FOR_WHOM[named], evidence: evidenceFor(FOR_WHOM[named]) };
}
const THEM = /^(?:them|him|her|他们?|她们?|给他们?|给她)(?![a-z一-鿿])/;
