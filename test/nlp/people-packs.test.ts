import { describe, expect, it } from "vitest";
import { loadPeopleRules, readPeopleRules } from "#nlp/people-packs.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const taxonomy = loadTaxonomy();
const rule =
  "rules: [{ tag: night_owl, window_days: 60, minimum: 20, when: [{ measure: night_share, at_least: 0.4 }], ends_below: 0.2 }]";
const none = "moments: []";
const faultsOf = (behaviour: string, moments = none) => {
  try {
    readPeopleRules(behaviour, moments, taxonomy);
    return "";
  } catch (fault) {
    return String((fault as Error).message);
  }
};

describe("the pack about people", () => {
  it("ships rules for every use that the moments are for", () => {
    const { behaviour, moments } = loadPeopleRules(taxonomy);

    expect(behaviour.length).toBeGreaterThan(8);
    expect(moments.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        "replacement_window",
        "care_after_bad_mood",
        "wake_the_silent",
        "life_event",
        "invite_koc",
      ]),
    );
  });

  it.each([
    ["an unknown tag", rule.replace("night_owl", "night_bird"), "night_bird"],
    ["an unknown measure", rule.replace("night_share", "moon_share"), "rules.0.when.0.measure"],
    ["no sample", rule.replace("minimum: 20", "minimum: 0"), "rules.0.minimum"],
    ["an end above the bar", rule.replace("ends_below: 0.2", "ends_below: 0.9"), "ends_below"],
    ["no YAML", "rules: [", "people/behaviour.yaml"],
  ])("is refused with its place: %s", (_, text, place) => {
    expect(faultsOf(text)).toContain(place);
  });

  it.each([
    ["计划换个车", "unknown"],
    ["单身 且 已婚", "contradictory"],
    ["近30天活跃 且", "unfinished"],
  ])("a moment's rule that cannot be is refused: %s", (when, why) => {
    const moment = `moments: [{ key: x, name: { zh: 甲, en: A }, when: "${when}", fresh_days: 3, again_after_days: 3, weight: 1, say: { zh: 好, en: ok } }]`;

    expect(faultsOf(rule, moment)).toContain(why);
  });
});
