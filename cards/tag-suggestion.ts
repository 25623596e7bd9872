import type { Suggestion } from "#domain/suggestion.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Button, Card, Lang } from "./card.ts";
import { clockText, dayText, say } from "./names.ts";

export type SuggestionView = {
  cardId: string;
  customer: string;
  suggestions: readonly Suggestion[];
  /** Names of the people who answered, by id. */
  names: ReadonlyMap<string, string>;
  /** What the customer has said to being listened to and asked, and when, where that is on record. */
  consent: { status: "yes" | "no" | "unknown"; at: number | undefined };
  taxonomy: Taxonomy;
  now: number;
  timeZone: string;
  lang: Lang;
};

/** Under this key the card of some questions stands in a room. */
export const suggestionCardKey = (cardId: string): string => `suggest-${cardId}`;

/**
 * Asks a KOE about up to four tags of one customer, each with the customer's own words; one tap settles one, all, or none. The same
 * card with the answered questions shows how each was settled, and without buttons once all are.
 */
export function tagSuggestionCard(view: SuggestionView): Card {
  const { suggestions } = view;
  const open = suggestions.filter((s) => s.status === "open");
  return {
    v: 1,
    key: suggestionCardKey(view.cardId),
    title: titleText(view),
    blocks: [
      ...byQuote(suggestions).flatMap(([quote, about]) => [
        ...about.map((s) => ({ type: "fact" as const, label: tagText(s, view), value: statusText(s, view) })),
        ...(quote === "" ? [] : [{ type: "quote" as const, text: quote, from: view.customer }]),
      ]),
      { type: "text", text: consentText(view) },
    ],
    buttons: buttons(open, view),
    ...(open.length === 0 && { settled: settledText(view) }),
  };
}

/** Whether the customer has agreed: an employee should know before they act on what was heard. */
function consentText({ consent: { status, at }, timeZone, lang }: SuggestionView): string {
  const day = at === undefined ? "" : dayText(at, timeZone, lang);
  if (status === "unknown") return say(lang, "客户还没有表示同意", "The customer has not consented yet");
  if (status === "no") return say(lang, `客户${day}已撤回同意`, `The customer withdrew consent${day && ` on ${day}`}`);
  return say(lang, `客户${day}已同意`, `The customer consented${day && ` on ${day}`}`);
}

/** What takes a tag back reads and is pressed unlike what adds one: nobody should take it for the same question once more. */
function titleText({ customer, suggestions, lang }: SuggestionView): string {
  if (suggestions.length > 0 && suggestions.every((s) => s.kind === "retract"))
    return say(lang, `${customer}:这一点变了吗?`, `${customer}: has this changed?`);
  return say(lang, `${customer}:这些标签对吗?`, `${customer}: are these right?`);
}

/** The questions under the words that raised them: words that raised several are shown once. */
function byQuote(suggestions: readonly Suggestion[]): [string, Suggestion[]][] {
  const groups = new Map<string, Suggestion[]>();
  for (const s of suggestions) groups.set(s.quote, [...(groups.get(s.quote) ?? []), s]);
  return [...groups];
}

function tagText(s: Suggestion, { taxonomy, lang }: SuggestionView): string {
  const label = labelOf(taxonomy, s.tag, lang);
  if (s.kind === "keep") return say(lang, `仍然是「${label}」`, `still “${label}”`);
  return s.kind === "hold" ? label : say(lang, `不再是「${label}」`, `no longer “${label}”`);
}

function statusText(s: Suggestion, view: SuggestionView): string {
  const { lang } = view;
  switch (s.status) {
    case "open":
      return say(lang, "待确认", "to confirm");
    case "confirmed":
      return `✓ ${say(lang, "已确认", "confirmed")} · ${whoAndWhen(s, view)}`;
    case "rejected":
      return `✕ ${say(lang, "不对", "not right")} · ${whoAndWhen(s, view)}`;
    case "expired":
      return say(lang, "已过期", "expired");
    case "withdrawn":
      return say(lang, "原话已撤回", "the words were taken back");
  }
}

function whoAndWhen(s: Suggestion, { names, now, timeZone, lang }: SuggestionView): string {
  const who = s.answeredBy === null ? "" : (names.get(s.answeredBy) ?? s.answeredBy);
  const when = s.answeredAt === null ? "" : clockText(s.answeredAt, now, timeZone, lang);
  return [who, when].filter(Boolean).join(" ");
}

function buttons(open: readonly Suggestion[], view: SuggestionView): Button[] {
  if (open.length === 0) return [];
  const { lang, cardId } = view;
  const one = open.map(
    (s): Button => ({
      label: yesText(s, view),
      action: { type: "suggestion.confirm", id: s.id },
      tone: open.length === 1 ? "primary" : "normal",
    }),
  );
  const all: Button = {
    label: say(lang, "全部确认", "Confirm all"),
    action: { type: "suggestion.confirm-all", id: cardId },
    tone: "primary",
  };
  const none: Button = {
    label: noText(open, lang),
    action: { type: "suggestion.reject-all", id: cardId },
    tone: "danger",
  };
  return [...(open.length > 1 ? [all] : []), ...one, none];
}

function yesText(s: Suggestion, view: SuggestionView): string {
  const { lang, taxonomy } = view;
  const label = labelOf(taxonomy, s.tag, lang);
  if (s.kind === "retract") return say(lang, `确认去掉「${label}」`, `Take off “${label}”`);
  return say(lang, `确认 ${tagText(s, view)}`, `Confirm ${tagText(s, view)}`);
}

function noText(open: readonly Suggestion[], lang: Lang): string {
  if (open.length > 1) return say(lang, "都不对", "None of them");
  return open[0]?.kind === "retract" ? say(lang, "不对,保留", "Keep it") : say(lang, "不对", "Not right");
}

function settledText({ suggestions, lang }: SuggestionView): string {
  if (suggestions.every((s) => s.kind === "retract"))
    return suggestions.some((s) => s.status === "confirmed")
      ? say(lang, "标签已去掉", "The tag is off")
      : say(lang, "标签保留", "The tag stays");
  const yes = suggestions.filter((s) => s.status === "confirmed").length;
  return yes > 0
    ? say(lang, `已加上 ${yes} 个标签`, `${yes} ${yes === 1 ? "tag" : "tags"} added`)
    : say(lang, "没有加标签", "No tag was added");
}
