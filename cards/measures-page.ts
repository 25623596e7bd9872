import { measureKeys, measureOf } from "#domain/measures.ts";
import { staffMeasures } from "#domain/staff-measures.ts";

/** `docs/measures.md`: every measure with its definition, as `domain/measures.ts` has them. */
export function measuresText(): string {
  const rows = measureKeys.map((key) => {
    const { zh, en, unit, how, kind, time, least } = measureOf(key);
    const period = time === "own" ? "its own time" : time;
    return `| \`${key}\` | ${zh} | ${en} | ${unit} | ${how.zh} | ${how.en} | ${kind} | ${period} | ${least ? `${least.count} ${least.of}` : ""} |`;
  });
  return [
    "# Measures",
    "",
    "Written by `node scripts/measures.mjs` from `domain/measures.ts`; do not edit by hand. `period` is the time that a period of a question",
    "means: counts go by their own event, rates by the push. Groups smaller than `least` are left out of rankings.",
    "",
    "| key | 名称 | name | unit | 定义 | definition | kind | period | least |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    "Of employees, on the dashboards:",
    "",
    "| key | 名称 | name | 定义 | definition |",
    "| --- | --- | --- | --- | --- |",
    ...staffMeasures.map(({ key, zh, en, how }) => `| \`${key}\` | ${zh} | ${en} | ${how.zh} | ${how.en} |`),
    "",
  ].join("\n");
}
