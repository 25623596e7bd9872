import type { HeldTag, Moment, Portrait } from "#domain/portrait.ts";
import type { TagEvent, TagHold } from "#domain/tag.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import { behaviourText } from "./behaviour-words.ts";
import type { Block, Button, Card, Lang } from "./card.ts";
import { channelName, dayText, say } from "./names.ts";
import { type RuleNames, reasonsInWords } from "./segment-words.ts";

export type PortraitView = {
  /** Each answer is a card of its own, so that asking again does not take the earlier one away. */
  cardId: string;
  portrait: Portrait;
  taxonomy: Taxonomy;
  segments: ReadonlyMap<string, string>;
  timeZone: string;
  lang: Lang;
};

const quotesShown = 3;
const tagsPerCard = 5;

/** Somebody as koloop knows them, for the employee who looks after them and for managers. */
export function portraitCard(view: PortraitView): Card {
  const { portrait, lang } = view;
  const { person } = portrait;
  return {
    v: 1,
    key: `portrait-${view.cardId}`,
    title: [person.name, person.city].filter(Boolean).join(" · "),
    blocks: [
      ...who(view),
      ...portrait.dimensions.map(({ dimension, tags }) => ({
        type: "fact" as const,
        label: dimension?.[lang] ?? say(lang, "其他", "Other"),
        value: tags.map((tag) => tagLine(tag, view)).join(say(lang, ";", "; ")),
      })),
      ...noTags(view),
      ...quotes(view),
      ...openQuestions(view),
      ...memberships(view),
      ...work(view),
    ],
    buttons: buttons(view),
  };
}

function who({ portrait, timeZone, lang }: PortraitView): Block[] {
  const { person, owner, channels, lastActiveAt } = portrait;
  const channelsOf = (between: string) => channels.map((channel) => channelName(channel, lang)).join(between);
  const lines = [
    say(lang, `负责人 ${owner ?? "还没有"}`, `looked after by ${owner ?? "nobody yet"}`),
    say(lang, `${dayText(person.joinedAt, timeZone, lang)}加入`, `joined ${dayText(person.joinedAt, timeZone, lang)}`),
    ...(channels.length > 0 ? [say(lang, `账号 ${channelsOf("、")}`, `on ${channelsOf(", ")}`)] : []),
    ...(lastActiveAt === null
      ? []
      : [
          say(
            lang,
            `最近发言 ${dayText(lastActiveAt, timeZone, lang)}`,
            `last wrote ${dayText(lastActiveAt, timeZone, lang)}`,
          ),
        ]),
    consentText(portrait, lang),
    say(lang, `编号 ${person.id}`, `id ${person.id}`),
  ];
  return [{ type: "text", text: lines.join(" · ") }];
}

/** What an employee has to know before they lean on what koloop hears: whether the person agreed to it. */
export function consentText({ consent: { state, on } }: Pick<PortraitView["portrait"], "consent">, lang: Lang): string {
  const where = on.length > 0 ? ` (${on.join(", ")})` : "";
  const words: Record<typeof state, [zh: string, en: string]> = {
    given: ["已同意记录", "agreed to be heard"],
    withdrawn: [`已撤回同意${where},不再记录`, `took consent back${where}: nothing is noted`],
    told: ["已告知记录,还没答复", "told of it, has not answered"],
    "not-asked": ["还没问过是否同意记录", "not asked for consent yet"],
  };
  return say(lang, ...words[state]);
}

function noTags({ portrait, lang }: PortraitView): Block[] {
  if (portrait.dimensions.length > 0) return [];
  return [
    {
      type: "text",
      text: say(lang, "还没有标签。聊着聊着就会有了。", "No tags yet. They come with the conversation."),
    },
  ];
}

/** `新手爸妈 92%(3天前,安娜)`: what is left of it, how old, and whose word it is. */
export function tagLine({ hold, strength, fading }: HeldTag, view: PortraitView): string {
  const { lang } = view;
  const marks = [
    ageText(view.portrait.now - hold.evidenceAt, lang),
    sourceText(hold, view.portrait.names, lang),
    ...(fading ? [say(lang, "正在淡化", "fading")] : []),
    ...(hold.locked ? [say(lang, "已锁定", "locked")] : []),
  ];
  return say(
    lang,
    `${labelOf(view.taxonomy, hold.tag, lang)} ${percentOf(strength)}(${marks.join(",")})`,
    `${labelOf(view.taxonomy, hold.tag, lang)} ${percentOf(strength)} (${marks.join(", ")})`,
  );
}

const percentOf = (share: number): string => `${Math.round(share * 100)}%`;

/** `今天`, `3天前`, `5个月前`. Milliseconds. */
export function ageText(ageMs: number, lang: Lang): string {
  const days = Math.max(0, Math.floor(ageMs / 86_400_000));
  if (days === 0) return say(lang, "今天", "today");
  if (days < 60) return say(lang, `${days}天前`, `${days} ${days === 1 ? "day" : "days"} ago`);
  if (days < 730) return say(lang, `${Math.round(days / 30)}个月前`, `${Math.round(days / 30)} months ago`);
  return say(lang, `${Math.floor(days / 365)}年前`, `${Math.floor(days / 365)} years ago`);
}

/** Whose word a line is. */
export function sourceText(line: TagHold | TagEvent, names: ReadonlyMap<string, string>, lang: Lang): string {
  const by = line.settledBy === null ? undefined : (names.get(line.settledBy) ?? line.settledBy);
  if (by !== undefined) return by;
  const words = {
    koe: say(lang, "员工", "an employee"),
    self: say(lang, "本人说的", "in their own words"),
    import: say(lang, "导入", "imported"),
    behaviour: say(lang, "行为", "from behaviour"),
    machine: say(lang, "系统", "koloop"),
  };
  return words[line.source];
}

function quotes({ portrait }: PortraitView): Block[] {
  const spoken = portrait.dimensions.flatMap(({ tags }) => tags.map(({ hold }) => hold)).filter((hold) => hold.quote);
  const newest = [...spoken].sort((a, b) => b.evidenceAt - a.evidenceAt);
  const words = [...new Set(newest.map((hold) => hold.quote as string))].slice(0, quotesShown);
  return words.map((text) => ({ type: "quote", text, from: portrait.person.name }));
}

function openQuestions({ portrait, taxonomy, lang }: PortraitView): Block[] {
  if (portrait.suggestions.length === 0) return [];
  const value = portrait.suggestions.map((s) => {
    const label = labelOf(taxonomy, s.tag, lang);
    if (s.kind === "keep") return say(lang, `仍然是「${label}」?`, `still “${label}”?`);
    return s.kind === "hold" ? label : say(lang, `不再是「${label}」`, `no longer “${label}”`);
  });
  return [{ type: "fact", label: say(lang, "待确认", "To confirm"), value: value.join(say(lang, "、", ", ")) }];
}

function memberships(view: PortraitView): Block[] {
  const { portrait, lang, timeZone } = view;
  const names: RuleNames = view;
  return portrait.segments.map(({ segment, since, reasons }) => ({
    type: "fact",
    label: say(lang, `分群 ${segment.name}`, `Segment ${segment.name}`),
    value: say(
      lang,
      `${dayText(since, timeZone, lang)}起,因为${reasonsInWords(reasons, names)}`,
      `since ${dayText(since, timeZone, lang)}, because: ${reasonsInWords(reasons, names)}`,
    ),
  }));
}

function work({ portrait, lang }: PortraitView): Block[] {
  const { tasks, results } = portrait;
  if (tasks.asked + tasks.accepted + tasks.submitted + results.posts === 0) return [];
  const figures = [
    ...(results.reads === null ? [] : [say(lang, `阅读 ${results.reads}`, `${results.reads} reads`)]),
    ...(results.reads === null
      ? []
      : [say(lang, `互动 ${results.interactions ?? 0}`, `${results.interactions ?? 0} interactions`)]),
  ];
  return [
    {
      type: "fact",
      label: say(lang, "任务", "Tasks"),
      value: [
        say(
          lang,
          `问过 ${tasks.asked},接受 ${tasks.accepted},交稿 ${tasks.submitted},通过 ${tasks.approved}`,
          `asked ${tasks.asked}, accepted ${tasks.accepted}, handed in ${tasks.submitted}, approved ${tasks.approved}`,
        ),
        ...figures,
      ].join(say(lang, ";", "; ")),
    },
  ];
}

function buttons({ portrait, lang }: PortraitView): Button[] {
  const { id } = portrait.person;
  const has = portrait.dimensions.length > 0;
  return [
    ...(has
      ? [
          {
            label: say(lang, "更正标签", "Correct tags"),
            action: { type: "profile.tags" as const, id, arg: "0" },
            tone: "primary" as const,
          },
        ]
      : []),
    { label: say(lang, "经过", "History"), action: { type: "profile.history", id }, tone: "normal" },
    { label: say(lang, "撤销上一步", "Undo the last change"), action: { type: "profile.undo", id }, tone: "normal" },
  ];
}

/** The tags of somebody as buttons, a few at a time: choosing one says what can be done with it. */
export function tagListCard(view: PortraitView, page: number): Card {
  const { portrait, taxonomy, lang } = view;
  const all = portrait.dimensions.flatMap(({ tags }) => tags);
  const from = page * tagsPerCard < all.length ? page * tagsPerCard : 0;
  const shown = all.slice(from, from + tagsPerCard);
  const more = all.length > tagsPerCard;
  const next = from + tagsPerCard < all.length ? from / tagsPerCard + 1 : 0;
  return {
    v: 1,
    key: `tags-${portrait.person.id}`,
    title: say(lang, `更正 ${portrait.person.name} 的哪个标签?`, `Which tag of ${portrait.person.name}?`),
    blocks: shown.map((tag) => ({ type: "text", text: tagLine(tag, view) })),
    buttons: [
      ...shown.map(
        ({ hold }): Button => ({
          label: labelOf(taxonomy, hold.tag, lang),
          action: { type: "profile.tag", id: hold.id },
          tone: "normal",
        }),
      ),
      ...(more
        ? [
            {
              label: say(lang, `更多(共 ${all.length} 个)`, `More (${all.length} in all)`),
              action: { type: "profile.tags" as const, id: portrait.person.id, arg: String(next) },
              tone: "normal" as const,
            },
          ]
        : []),
    ],
  };
}

/** One tag with its words and what can be done with it. */
export function tagCard(view: PortraitView, tag: HeldTag, because = ""): Card {
  const { portrait, taxonomy, lang } = view;
  const { hold } = tag;
  return {
    v: 1,
    key: `tag-${hold.id}`,
    title: `${portrait.person.name} · ${labelOf(taxonomy, hold.tag, lang)}`,
    blocks: [
      { type: "text", text: tagLine(tag, view) },
      ...(because ? [{ type: "fact" as const, label: say(lang, "依据", "Because"), value: because }] : []),
      ...(hold.quote ? [{ type: "quote" as const, text: hold.quote, from: portrait.person.name }] : []),
    ],
    buttons: [
      { label: say(lang, "去掉", "Remove"), action: { type: "profile.remove", id: hold.id }, tone: "danger" },
      hold.locked
        ? { label: say(lang, "解锁", "Unlock"), action: { type: "profile.unlock", id: hold.id }, tone: "normal" }
        : { label: say(lang, "锁定", "Lock"), action: { type: "profile.lock", id: hold.id }, tone: "normal" },
      {
        label: say(lang, "看画像", "Profile"),
        action: { type: "profile.show", id: portrait.person.id },
        tone: "normal",
      },
    ],
  };
}

/** How somebody's profile came about, newest first. */
export function historyCard(view: PortraitView, moments: readonly Moment[]): Card {
  const { portrait, lang, timeZone } = view;
  return {
    v: 1,
    key: `history-${view.cardId}`,
    title: say(lang, `${portrait.person.name} 的经过`, `History of ${portrait.person.name}`),
    blocks:
      moments.length === 0
        ? [{ type: "text", text: say(lang, "还没有记录。", "Nothing is on record yet.") }]
        : moments.map((moment) => ({
            type: "fact",
            label: dayText(moment.at, timeZone, lang),
            value: momentText(moment, view),
          })),
    buttons: [
      {
        label: say(lang, "撤销上一步", "Undo the last change"),
        action: { type: "profile.undo", id: portrait.person.id },
        tone: "normal",
      },
    ],
  };
}

/** One moment in a line: what changed, by whom, with whose words, and whether it was taken back. */
export function momentText(
  moment: Moment,
  view: Omit<PortraitView, "portrait" | "cardId"> & { portrait: Pick<Portrait, "names"> },
): string {
  const { lang, taxonomy, segments, portrait } = view;
  if (moment.kind !== "tag") {
    const name = segments.get(moment.stay.segmentId) ?? moment.stay.segmentId;
    const entered = moment.kind === "entered";
    const reasons = reasonsInWords((entered ? moment.stay.entryReason : moment.stay.exitReason) ?? [], view);
    return entered
      ? say(lang, `进入分群「${name}」:${reasons}`, `entered “${name}”: ${reasons}`)
      : say(lang, `离开分群「${name}」:${reasons}`, `left “${name}”: ${reasons}`);
  }
  const changes = moment.events.map((event) => changeText(event, taxonomy, lang)).join(say(lang, "、", ", "));
  const first = moment.events[0] as TagEvent;
  const quote = first.quote ? say(lang, `“${first.quote}”`, `“${first.quote}”`) : "";
  const by = sourceText(first, portrait.names, lang);
  const undone = moment.undone ? say(lang, "(已撤销)", " (undone)") : "";
  const because = behaviourText(first.cause, lang);
  return `${changes} · ${by}${because ? ` · ${because}` : ""}${quote ? ` · ${quote}` : ""}${undone}`;
}

function changeText(event: TagEvent, taxonomy: Taxonomy, lang: Lang): string {
  const label = labelOf(taxonomy, event.tag, lang);
  const cause = event.cause?.startsWith("by:") ? labelOf(taxonomy, event.cause.slice(3), lang) : undefined;
  switch (event.kind) {
    case "held":
      return say(lang, `+「${label}」`, `+ “${label}”`);
    case "retracted":
      return say(lang, `去掉「${label}」`, `− “${label}”`);
    case "superseded":
      return say(
        lang,
        `「${label}」被「${cause ?? "更新的标签"}」取代`,
        `“${label}” gave way to “${cause ?? "a newer tag"}”`,
      );
    case "expired":
      return say(lang, `「${label}」过期`, `“${label}” expired`);
    case "locked":
      return say(lang, `锁定「${label}」`, `locked “${label}”`);
    case "unlocked":
      return say(lang, `解锁「${label}」`, `unlocked “${label}”`);
    case "undone":
      return say(lang, `撤销「${label}」`, `undid “${label}”`);
  }
}
