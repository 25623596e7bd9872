import { expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { talk } from "../setup/talk.ts";

const extract = createExtractor(loadKnowledge());
const hasHelped = (line: string) =>
  extract(talk(...line.split(" >> "))).cues.some(({ tag }) => tag === "helpful_answerer");

test.each([
  "老周: 冬天胎压打多少合适啊 >> c: 冷车打2.5 跑起来能到2.7 别超2.8",
  "小雅: 这个锅底黑了刷不掉 咋整 >> c: 白醋兑水煮开泡一宿 第二天钢丝球轻轻一擦就下来",
  "阿豪: 求个靠谱的钣金店 >> 大刘: 我也想知道 >> c: 东三环汽配城里头第二家 找老马 报我名字",
  "Priya: does anyone know how to pair a second key fob >> c: sit in the car, ignition on, hold lock for ten seconds till it beeps",
  "Tom: my espresso keeps coming out sour, any ideas? >> c: grind finer and pull it a bit longer, sour means under extracted",
])("who tells another member what to do helped them: %s", (line) => {
  expect(hasHelped(line)).toBe(true);
});

test.each([
  "阿邦: 怎么又在机场 >> c: 年假拆成四段用的呗 这回瑞士 上回冰岛",
  "豆包: 今天冒泡这么早 >> c: 娃六点就把我薅起来了 困死",
  "大白: 国庆有人组队去吗 >> c: 有人牵头我再看 我从来不当头的",
  "小美: 你家那位还打呼吗 >> c: 打啊 隔着两道门都听得见",
  "Theo: you watching the match on sunday? >> c: wouldn't miss it, been going with my dad since i was six",
  "Ines: what on earth is in that case? >> c: my cello, gig at nine",
])("banter, and what one says of oneself, helped nobody: %s", (line) => {
  expect(hasHelped(line)).toBe(false);
});

test("who answers an employee helped no other member", () => {
  expect(hasHelped("koe: 请问胎压打多少 >> c: 冷车打2.5 跑起来能到2.7 别超2.8")).toBe(false);
});
