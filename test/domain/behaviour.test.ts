import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BehaviourRule, type Deeds, judgeBehaviour, localDay } from "#domain/behaviour.ts";
import { behaviourCause, figuresIn, worthClaiming } from "#domain/behaviour-claim.ts";
import { settleClaim, type TagEvent, type TagHold } from "#domain/tag.ts";
import { loadPeopleRules } from "#nlp/people-packs.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const day = 86_400_000;
const hour = 3_600_000;
const taxonomy = loadTaxonomy();
const { behaviour } = loadPeopleRules(taxonomy);
/** A Friday noon in Shanghai. */
const now = Date.parse("2026-11-20T12:00:00+08:00");
const nothing: Deeds = { now, offset: 480, koc: false, messages: [], posts: [], deeds: [] };
const dimensionOf = (tag: string) => taxonomy.tags.get(tag)?.dimension;
const shown = (deeds: Partial<Deeds>) => judgeBehaviour(behaviour, { ...nothing, ...deeds }, dimensionOf);
const tagsShown = (deeds: Partial<Deeds>) => shown(deeds).flatMap(({ tag, holds }) => (holds ? [tag] : []));

/** One message a day at an hour of Shanghai's clock, going back from yesterday. */
const daily = (count: number, at: number) =>
  Array.from({ length: count }, (_, i) => Date.parse("2026-11-19T00:00:00+08:00") - i * day + at * hour);

describe("what behaviour shows", () => {
  it("night messages show somebody who is up at night, with the numbers", () => {
    const [verdict] = shown({ messages: daily(24, 0.5) });

    expect(verdict).toEqual({
      tag: "night_owl",
      holds: true,
      figures: [
        { measure: "night_share", value: 1, sample: 24, windowDays: 60 },
        { measure: "active_days", value: 24, sample: 24, windowDays: 60 },
      ],
    });
  });

  it("says nothing below the least sample", () => {
    expect(shown({ messages: daily(19, 0.5) }).map(({ tag }) => tag)).not.toContain("night_owl");
    expect(tagsShown({ posts: [1, 2].map((n) => ({ form: "video", at: now - n * day })) })).toEqual([]);
  });

  it("counts nights on the person's own clock", () => {
    expect(tagsShown({ messages: daily(24, 0.5), offset: 0 })).not.toContain("night_owl");
  });

  it("weekends are Saturday and Sunday", () => {
    const saturdays = Array.from({ length: 9 }, (_, i) => Date.parse("2026-11-14T10:00:00+08:00") - i * 7 * day);
    const sundays = saturdays.map((at) => at + day);

    expect(tagsShown({ messages: [...saturdays, ...sundays] })).toEqual(["weekend_only"]);
    expect(tagsShown({ messages: saturdays.flatMap((at) => [at + 3 * day, at + 4 * day]) })).toEqual([]);
  });

  it.each([
    ["video", "prefers_video"],
    ["photo_text", "prefers_photo_text"],
    ["longform", "prefers_longform"],
  ])("three of four posts as %s show %s", (form, tag) => {
    const posts = [form, form, form, "live"].map((one, i) => ({ form: one, at: now - i * day }));

    expect(tagsShown({ posts })).toEqual([tag]);
  });

  it("a topic that comes back on three days is an interest; twice, or three times on one day, is none", () => {
    const talk = (days: number[]) =>
      days.map((back) => ({ kind: "topic" as const, about: "camping", day: localDay(now, 480) - back, count: 1 }));

    expect(tagsShown({ deeds: talk([1, 9, 20]) })).toEqual(["camping"]);
    expect(tagsShown({ deeds: talk([1, 9]) })).toEqual([]);
    expect(tagsShown({ deeds: [{ kind: "topic", about: "camping", day: localDay(now, 480), count: 3 }] })).toEqual([]);
    expect(tagsShown({ deeds: talk([1, 9, 20]).map((deed) => ({ ...deed, about: "dissatisfied" })) })).toEqual([]);
  });

  it("who answers many is a helpful answerer, whom many take up an opinion leader; the same few are not enough", () => {
    const deeds = (kind: "answered" | "quoted", people: number, times: number) =>
      Array.from({ length: people }, (_, i) => ({
        kind,
        about: `P${i}`,
        day: localDay(now, 480) - i,
        count: times,
      }));

    expect(tagsShown({ deeds: deeds("answered", 4, 2) })).toEqual(["helpful_answerer"]);
    expect(tagsShown({ deeds: deeds("answered", 2, 20) })).toEqual([]);
    expect(tagsShown({ deeds: deeds("quoted", 5, 2) })).toEqual(["opinion_leader"]);
    expect(tagsShown({ deeds: deeds("quoted", 5, 1) })).toEqual([]);
  });

  it("silence is for those who used to write, and ends with a word", () => {
    const messages = daily(12, 10).map((at) => at - 70 * day);

    expect(tagsShown({ messages })).toEqual(["gone_quiet"]);
    expect(tagsShown({ messages: messages.slice(0, 5) })).toEqual([]);
    expect(shown({ messages: [now - hour, ...messages] })).toContainEqual(
      expect.objectContaining({ tag: "gone_quiet", holds: false }),
    );
  });

  it("a potential KOC writes on many days and helps others, and is not a KOC already", () => {
    const messages = daily(24, 10);
    const deeds = ["P1", "P2", "P3"].map((about) => ({
      kind: "answered" as const,
      about,
      day: localDay(now, 480) - 2,
      count: 1,
    }));

    expect(tagsShown({ messages, deeds })).toEqual(["potential_koc"]);
    expect(tagsShown({ messages })).toEqual([]);
    expect(tagsShown({ messages, deeds, koc: true })).toEqual([]);
  });

  it("never claims a tag whose sample is smaller than its rule asks, whatever somebody did", () => {
    const times = fc.array(fc.integer({ min: 0, max: 360 * 24 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, (hours) => {
        const messages = hours.map((ago) => now - ago * hour);
        for (const { tag, holds, figures } of shown({ messages })) {
          const rule = behaviour.find((one) => one.tag === tag) as BehaviourRule;
          expect(holds ? figures[0]!.sample : rule.minimum).toBeGreaterThanOrEqual(rule.minimum);
        }
      }),
    );
  });
});

describe("behaviour against people's words", () => {
  const verdict = { tag: "night_owl", holds: true, figures: [] };
  const claim = (holds: boolean, source: TagEvent["source"], open: TagHold[] = []) =>
    settleClaim(
      {
        personId: "C1",
        tag: "night_owl",
        holds,
        source,
        proposedBy: null,
        settledBy: source === "koe" ? "E1" : null,
        quote: null,
        messageId: null,
        suggestionId: null,
        confidence: 1,
        at: now,
      },
      open,
      taxonomy,
      () => `${source}-${holds}`,
      now,
    );
  const hold = (source: TagHold["source"]): TagHold => ({
    ...(claim(true, source)[0] as unknown as TagHold),
    since: now - day,
    until: null,
    endCause: null,
    strength: 1,
    evidenceAt: now - day,
    evidenceCount: 1,
    locked: false,
  });

  it("does not bring back what a colleague took away", () => {
    const history = [...claim(true, "behaviour"), ...claim(false, "koe", [hold("behaviour")])];

    expect(worthClaiming([verdict], [], history)).toEqual([]);
    expect(worthClaiming([verdict], [], claim(true, "behaviour"))).toEqual([verdict]);
  });

  it("takes back only what behaviour gave", () => {
    const ends = { ...verdict, holds: false };

    expect(worthClaiming([ends], [hold("koe")], [])).toEqual([]);
    expect(worthClaiming([ends], [hold("behaviour")], [])).toEqual([ends]);
    expect(worthClaiming([ends], [{ ...hold("behaviour"), locked: true }], [])).toEqual([]);
  });

  it("keeps its numbers in the ledger", () => {
    const figures = [{ measure: "night_share" as const, value: 0.643, sample: 22, windowDays: 60 }];

    expect(figuresIn(behaviourCause(figures))).toEqual(figures);
    expect(figuresIn("by:new_parent")).toEqual([]);
  });
});
