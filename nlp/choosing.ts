import type { TagKey } from "#domain/taxonomy.ts";
import type { CompiledPhrase } from "./compile.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reading } from "./reading.ts";

/** What a question offers to choose from, by the answer that chooses it: the tags that its words show. */
export type Choices = ReadonlyMap<string, { tag: TagKey; evidence: string }[]>;

/** `1续航 2智驾 3空间`: what the phrases hear in each numbered choice. */
export function choicesIn(knowledge: Knowledge, { clauses, matches }: Reading): Choices {
  const marks = [...clauses.text.matchAll(/(?:^|[^\d])([1-9a-d])(?=[.、:)]?\s?[一-鿿a-z]{2})/g)].map((m) => ({
    digit: m[1]!,
    at: m.index + m[0].length,
  }));
  const choices = new Map<string, { tag: TagKey; evidence: string }[]>();
  if (marks.length < 2) return eitherIn(knowledge, clauses, matches);
  marks.forEach(({ digit, at }, k) => {
    const until = marks[k + 1]?.at ?? Math.min(clauses.text.length, at + 8);
    const inside = matches
      .filter((m) => m.start >= at && m.end <= until)
      .map((m) => knowledge.lexicon.phrases.at(m.phrase)!);
    const shown = inside.filter(mayBeChosen);
    choices.set(digit, [...new Map(shown.map(({ tag, evidence }) => [tag, { tag, evidence }])).values()]);
  });
  return choices;
}

/** `油耗和动力二选一` / `family or work?`: what the phrases hear in each of two choices, by the answers that name their place. */
function eitherIn(knowledge: Knowledge, { text }: Reading["clauses"], matches: Reading["matches"]): Choices {
  const split = /还是|或者?|二选一|(?<=[一-鿿])[和跟与](?=[一-鿿]{2,6}(?:选|哪|更|二))|\bor\b/.exec(text);
  const choices = new Map<string, { tag: TagKey; evidence: string }[]>();
  if (!split) return choices;
  const hear = (from: number, to: number) => {
    const inside = matches
      .filter((m) => m.start >= from && m.end <= to)
      .map((m) => knowledge.lexicon.phrases.at(m.phrase)!);
    return inside.filter(mayBeChosen).map(({ tag, evidence }) => ({ tag, evidence }));
  };
  choices.set("first", hear(Math.max(0, split.index - 12), split.index));
  choices.set("second", hear(split.index, Math.min(text.length, split.index + 24)));
  return choices;
}

/** False friends and ways of taking back offer nothing to choose. */
const mayBeChosen = ({ manner, tag }: CompiledPhrase): boolean =>
  manner !== "not" && manner !== "unless" && manner !== "retracts" && manner !== "denies" && tag !== "city";

const FIRST =
  /^(?:(?:那就?|要|选|我选|当然(?:是)?|肯定(?:是)?|还是)?(?:前者|前面(?:那个|那款|那种|的)?|第一[个种款样]|头一?[个种款样]|前一[个种款样])|(?:definitely |deffo |probably |mostly )?(?:the )?(?:first|former)\b)/;
const SECOND =
  /^(?:(?:那就?|要|选|我选|当然(?:是)?|肯定(?:是)?|还是)?(?:后者|后面(?:那个|那款|那种|的)?|第二[个种款样]|后一[个种款样])|(?:definitely |deffo |probably |mostly )?(?:the )?(?:second|latter)\b)/;

/** Which of the choices a text names: its place, or its own number. */
export function choiceIn(text: string): string {
  if (FIRST.test(text)) return "first";
  return SECOND.test(text) ? "second" : text.trim();
}

/**
 * The answer as it would be with the words that it picks of two offered (`自己用还是送长辈` / `后者`, `看字还是看片` / `片`, `刹车还是气囊` / `都是`); empty where
 * it picks none by its place or by a part of its words.
 */
export function pickedIn(asked: string, { clauses: { text, clauseAt }, lang }: Reading): string {
  const offer = (lang === "zh" ? OFFER_ZH : OFFER_EN).exec(asked);
  if (!offer) return "";
  const first = offer[1] ?? offer[3] ?? "";
  const second = offer[2] ?? offer[4] ?? "";
  const head = text.slice(0, clauseAt[1] ?? text.length);
  const rest = text.slice(head.length);
  const whole = head.replace(/[\s,.。!~]+$/, "");
  if (BOTH.test(whole)) return `${first},${second},${rest}`;
  const picked = FIRST.test(whole) ? first : SECOND.test(whole) ? second : partOf(whole, first, second);
  return picked === "" ? "" : `${picked},${rest}`;
}

const OFFER_ZH =
  /([^,。?!是]{1,10}?)(?:,? ?(?:还是|或者?)(?:说)?)([^,。?!]{1,12}?)(?:[呢呀啊哈]|比较好|更好|合适)?(?:$|[,。?! ])|(?:是|在|从)?([^,。?!是在从]{1,8})(?:和|跟|与)([^,。?!选哪更二]{1,8})(?:选哪|您?(?:要|选|更|比较)?[^,。?]{0,4}哪|二选一)/;
const OFFER_EN = /((?:[\w'-]+ ){0,3}[\w'-]+),? or (?:is it |do you |more )?((?:[\w'-]+ ){0,4}[\w'-]+)/;
const BOTH =
  /^(?:嗯+|哎)?,?(?:(?:两|俩)(?:个|样|种|者|头|边)?)?都(?:是|有|要|行?占|看重|怕|愁|算|沾)(?:吧|啊|呀|点)?$|^(?:a (?:bit|little) of )?both(?: really| to be honest)?$/;
/** A part of one of two choices is named by so few letters. */
const FEW = 4;

/** The choice of which an answer names a part, and no part of the other. */
function partOf(head: string, first: string, second: string): string {
  const word = head.replace(/^(?:嗯+|就|要|选|那就?|还是|我?(?:要|选))|(?:的)?(?:吧|呗|呀|啊|呢|哈)?$/g, "");
  if (word === "" || word.length > FEW || !/^[一-鿿]+$/.test(word)) return "";
  const [inFirst, inSecond] = [first.includes(word), second.includes(word)];
  if (inFirst === inSecond) return "";
  return inFirst ? first : second;
}
