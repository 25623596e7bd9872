import { describe, expect, test } from "vitest";
import { definitionOf } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { hearCueLines, shareOf } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const isNeed = (tag: string): boolean => definitionOf(knowledge.taxonomy, tag)?.dimension === "need";
const lines = hearCueLines("need-road", extract, knowledge);

const needsOf = (text: string): string[] => extract([{ who: "customer", text }]).cues.map(({ tag }) => tag);

describe("needs of the road and the cabin, in a thousand lines of how people put them", () => {
  test("are heard in at least the share reached when they were written", () => {
    const wanted = lines.flatMap(({ meant, shown }) => [...meant].filter(isNeed).map((tag) => shown.has(tag)));
    expect(wanted.length).toBeGreaterThan(600);
    expect(shareOf(wanted)).toBeGreaterThan(0.77);
  });

  test("are what at least the share then reached of the suggested needs are", () => {
    const suggested = lines.flatMap(({ meant, shown }) => [...shown].filter(isNeed).map((tag) => meant.has(tag)));
    expect(shareOf(suggested)).toBeGreaterThan(0.87);
  });

  test("are not taken from what one does not mind", () => {
    const sprung = lines.flatMap(({ traps, shown }) => traps.filter(isNeed).map((tag) => shown.has(tag)));
    expect(sprung.length).toBeGreaterThan(30);
    expect(shareOf(sprung)).toBeLessThan(0.05);
  });

  const things = {
    safety: ["刹车", "侧气帘", "盲区监测"],
    energy_cost: ["油耗", "用车成本"],
    range: ["续航", "冬季续航"],
    charging: ["充电速度", "快充"],
    power: ["提速", "爬坡能力"],
    smart_driving: ["自动泊车", "车道保持"],
    smart_cockpit: ["车机", "语音助手"],
    looks: ["车漆", "前脸设计"],
    interior: ["内饰用料", "氛围灯"],
  };

  test("are shown five times in six or more when their things are asked for or feared, and never when they are waved away", () => {
    const asked = Object.entries(things).flatMap(([tag, named]) =>
      named.flatMap((thing) => [
        { tag, said: `你们这款${thing}怎么样` },
        { tag, said: `就担心${thing}` },
      ]),
    );
    const silent = asked.filter(({ tag, said }) => !needsOf(said).includes(tag));
    expect(silent.length).toBeLessThan(asked.length / 6);
    for (const [tag, named] of Object.entries(things))
      for (const thing of named) expect(needsOf(`${thing}不是重点`)).not.toContain(tag);
  });

  test("are held by a plain yes to whether they matter, and by none to whether they do not", () => {
    const answered = (asked: string, said: string) =>
      extract([
        { who: "koe", text: asked },
        { who: "customer", text: said },
      ]).cues.map(({ tag }) => tag);
    expect(answered("您比较看重续航吧", "对")).toEqual(["range"]);
    expect(answered("动力对您重要吗", "很重要")).toEqual(["power"]);
    expect(answered("您是担心充电吧", "不是")).toEqual([]);
  });
});
