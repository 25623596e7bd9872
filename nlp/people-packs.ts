import { z } from "zod";
import type { BehaviourRule } from "#domain/behaviour.ts";
import type { MomentRule } from "#domain/moment.ts";
import { readRule } from "#domain/segment-text.ts";
import { definitionOf, type Taxonomy } from "#domain/taxonomy.ts";
import { PackError } from "./pack.ts";
import { readYaml, yaml } from "./yaml.ts";

/** The rules about what people do and which moments of theirs matter. */
export type PeopleRules = { behaviour: BehaviourRule[]; moments: MomentRule[] };

const measureSchema = z.enum([
  "night_share",
  "weekend_share",
  "form_share",
  "topic_days",
  "answered_people",
  "quoted_by",
  "active_days",
  "silent_days",
]);
const barSchema = z
  .strictObject({ measure: measureSchema, at_least: z.number().positive(), form: z.string().min(1).optional() })
  .refine((bar) => (bar.form !== undefined) === (bar.measure === "form_share"), "form belongs to form_share");
const behaviourSchema = z.strictObject({
  rules: z.array(
    z
      .strictObject({
        tag: z.string().optional(),
        window_days: z.number().int().positive().max(365),
        minimum: z.number().int().positive(),
        when: z.array(barSchema).min(1),
        or_when: z.array(barSchema).default([]),
        ends_below: z.number().positive(),
        unless_koc: z.boolean().default(false),
        dimensions: z.array(z.string()).default([]),
      })
      .refine(
        (rule) => (rule.tag === undefined) === (rule.when[0]?.measure === "topic_days"),
        "only topics have no tag",
      )
      .refine((rule) => rule.ends_below <= (rule.when[0]?.at_least ?? 0), "ends_below is above the bar"),
  ),
});
const wordsSchema = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const momentsSchema = z.strictObject({
  moments: z.array(
    z.strictObject({
      key: z.string().regex(/^[a-z][a-z_]*$/),
      name: wordsSchema,
      when: z.string().min(1),
      fresh_days: z.number().int().positive(),
      again_after_days: z.number().int().positive(),
      weight: z.number().positive(),
      unless_koc: z.boolean().default(false),
      say: wordsSchema,
    }),
  ),
});

/** Reads `packs/people/behaviour.yaml` and `moments.yaml`. Throws PackError with every fault. */
export function loadPeopleRules(taxonomy: Taxonomy): PeopleRules {
  const file = (name: string) => () => readYaml(`packs/people/${name}.yaml`);
  return checkedRules(file("behaviour"), file("moments"), taxonomy);
}

/** As `loadPeopleRules`, from texts: for those who write packs. */
export function readPeopleRules(behaviourText: string, momentsText: string, taxonomy: Taxonomy): PeopleRules {
  const text = (source: string) => () => yaml().parse(source) as unknown;
  return checkedRules(text(behaviourText), text(momentsText), taxonomy);
}

type Read = () => unknown;

function checkedRules(readBehaviour: Read, readMoments: Read, taxonomy: Taxonomy): PeopleRules {
  const faults: string[] = [];
  const behaviour = checked("people/behaviour.yaml", behaviourSchema, readBehaviour, faults)?.rules ?? [];
  const moments = checked("people/moments.yaml", momentsSchema, readMoments, faults)?.moments ?? [];
  for (const [i, { tag, dimensions }] of behaviour.entries()) {
    const usable = tag === undefined || definitionOf(taxonomy, tag)?.retired === false;
    if (!usable) faults.push(`people/behaviour.yaml: rules.${i}: unknown or retired tag ${tag}`);
    for (const one of dimensions)
      if (!taxonomy.dimensions.has(one)) faults.push(`people/behaviour.yaml: rules.${i}: unknown dimension ${one}`);
  }
  const rules = moments.map(({ key, name, say, weight, ...moment }, i): MomentRule => {
    const read = readRule(moment.when, { taxonomy, segments: [], cities: new Set(), lang: "zh" });
    if (!read.ok) faults.push(`people/moments.yaml: moments.${i} (${key}): when: ${JSON.stringify(read.fault)}`);
    return {
      key,
      name,
      say,
      weight,
      when: read.ok ? read.value : { kind: "any", of: [] },
      freshDays: moment.fresh_days,
      againAfterDays: moment.again_after_days,
      unlessKoc: moment.unless_koc,
    };
  });
  for (const { key } of moments)
    if (moments.filter((one) => one.key === key).length > 1) faults.push(`people/moments.yaml: ${key} stands twice`);
  if (faults.length > 0) throw new PackError([...new Set(faults)]);
  return { behaviour: behaviour.map(ruleOf), moments: rules };
}

type WrittenRule = z.infer<typeof behaviourSchema>["rules"][number];
const barOf = ({ measure, at_least, form }: WrittenRule["when"][number]) => ({ measure, atLeast: at_least, form });
const ruleOf = (rule: WrittenRule): BehaviourRule => ({
  tag: rule.tag,
  windowDays: rule.window_days,
  minimum: rule.minimum,
  when: rule.when.map(barOf),
  orWhen: rule.or_when.map(barOf),
  endsBelow: rule.ends_below,
  unlessKoc: rule.unless_koc,
  dimensions: rule.dimensions,
});

function checked<T>(name: string, schema: z.ZodType<T>, content: Read, faults: string[]): T | undefined {
  try {
    const read = schema.safeParse(content());
    if (read.success) return read.data;
    for (const issue of read.error.issues) faults.push(`${name}: ${issue.path.join(".")}: ${issue.message}`);
  } catch (cause) {
    faults.push(`${name}: ${(cause as Error).message.split("\n")[0]}`);
  }
  return undefined;
}
