import { overrideCard, overrideHintCard } from "#cards/weight-override.ts";
import type { Weight } from "#db/learning.ts";
import type { Tx } from "#db/store.ts";
import {
  endOf,
  isInForce,
  type LikingShifts,
  type Override,
  type OverrideOrder,
  readOverride,
  shiftOf,
} from "#domain/override.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { readForms } from "#domain/task-pieces.ts";
import { readDeadline } from "#domain/time-text.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { redraw, reply, replyRefusal } from "./say.ts";

/** What an undo needs: the weight, and the word that stood on it before. */
type Kept = { segment: string; form: string; before: string | null; after?: string | null };
type Lack = Parameters<typeof overrideHintCard>[0];
type Wanted = { kind: OverrideOrder["kind"]; value?: number; reason: string; until: number };

/** The word that stands on a weight now; undefined where none does, or it has expired. */
export function overrideOf({ override }: Pick<Weight, "override">, now: number): Override | undefined {
  const word = override === null ? undefined : (JSON.parse(override) as Override);
  return word && isInForce(word, now) ? word : undefined;
}

/** What managers' words on form weights add to the liking of forms now. */
export async function likingShifts(tx: Tx, ctx: Context): Promise<LikingShifts> {
  const shifts: Record<string, Record<string, number>> = {};
  for (const weight of await tx.learning.weights("segment")) {
    const word = overrideOf(weight, ctx.now());
    if (!word) continue;
    shifts[weight.scopeKey] ??= {};
    (shifts[weight.scopeKey] as Record<string, number>)[weight.name] = shiftOf(word, weight.value);
  }
  return shifts;
}

/** `冻结权重 …`, `设下限 …`, `解冻 …`: a manager's word on a form weight, with reason and end. */
export async function orderOverride(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "learning.change")) return false;
  const order = readOverride(event.text);
  if (!order) return false;
  const weight = await weightNamed(tx, order.what);
  const wanted = weight ? wantedOf(order, ctx.now(), person.timeZone ?? ctx.timeZone) : "weight";
  const done =
    weight && typeof wanted !== "string" ? await overrideWeight(tx, ctx, person, weight, wanted) : (wanted as Lack);
  if (typeof done === "string") await reply(scene, overrideHintCard(done, `override-${event.eventId}`, person.lang));
  else await reply(scene, await cardOf(tx, ctx, person, done.id, false));
  return true;
}

function wantedOf(order: OverrideOrder, now: number, zone: string): Wanted | Lack {
  if (order.kind === "release") return { kind: "release", reason: "", until: now };
  const said = order.until === undefined ? undefined : readDeadline(order.until, now, zone);
  const until = said === null ? undefined : endOf(order, said, now);
  if (until === undefined) return "end";
  return { kind: order.kind, reason: order.reason, until, ...(order.value !== undefined && { value: order.value }) };
}

/**
 * Puts a word on a weight, or lifts the one that stands; audited, and kept so that the undo puts back what stood before. Says what is
 * lacking otherwise: a reason, a floor's value.
 */
export async function overrideWeight(
  tx: Tx,
  ctx: Context,
  person: Person,
  weight: Weight,
  wanted: Wanted,
): Promise<{ id: string } | Lack> {
  const { kind, reason, until } = wanted;
  const value = wanted.value ?? (kind === "freeze" ? weight.value : undefined);
  if (kind !== "release" && reason.trim() === "") return "reason";
  if (kind !== "release" && (value === undefined || value < 0.01 || value > 0.95)) return "value";
  if (kind !== "release" && until <= ctx.now()) return "end";
  const id = ctx.newId();
  const word: Override | null =
    kind === "release" ? null : { id, kind, value: value as number, reason, by: person.id, at: ctx.now(), until };
  const after = word && JSON.stringify(word);
  const kept: Kept = { segment: weight.scopeKey, form: weight.name, before: weight.override, after };
  await tx.learning.setOverride(weight.scopeKey, weight.name, after);
  await tx.settings.set(`override:${id}`, JSON.stringify(kept), ctx.now());
  await audit(tx, ctx, person, `weight.${kind}`, kept, { ...word, id });
  return { id };
}

/** Puts back the word that stood before, exactly as it was; undefined where it cannot be found, or another word has come since. */
export async function undoOverride(tx: Tx, ctx: Context, person: Person, id: string): Promise<Kept | undefined> {
  const text = await tx.settings.get(`override:${id}`);
  if (!text) return undefined;
  const kept = JSON.parse(text) as Kept;
  const [stands] = (await tx.learning.weights("segment", kept.segment)).filter(({ name }) => name === kept.form);
  if (kept.after !== undefined && stands?.override !== kept.after) return undefined;
  await tx.learning.setOverride(kept.segment, kept.form, kept.before);
  await audit(tx, ctx, person, "weight.undone", kept, { id });
  return kept;
}

const audit = (tx: Tx, ctx: Context, person: Person, action: string, kept: Kept, detail: object): Promise<void> =>
  tx.settings.audit({
    at: ctx.now(),
    actor: person.id,
    action,
    subject: `${kept.segment} ${kept.form}`,
    detail: { before: kept.before, ...detail },
  });

/** "Undo" below a word on a weight. */
export async function undoOverrideTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "learning.change")) return replyRefusal(scene, "not-for-your-role");
  if (!(await undoOverride(tx, ctx, person, event.action.id))) return replyRefusal(scene, "nothing-to-undo");
  await redraw(tx, ctx, await cardOf(tx, ctx, person, event.action.id, true), event.address);
}

async function cardOf(tx: Tx, ctx: Context, reader: Person, id: string, undone: boolean) {
  const kept = JSON.parse((await tx.settings.get(`override:${id}`)) as string) as Kept;
  const weight = (await tx.learning.weights("segment", kept.segment)).find(({ name }) => name === kept.form);
  const segment = (await tx.segments.active()).find((each) => each.id === kept.segment)?.name ?? kept.segment;
  const override = weight && overrideOf(weight, ctx.now());
  const { lang, timeZone } = reader;
  const zone = timeZone ?? ctx.timeZone;
  return overrideCard({ id, segment, form: kept.form, learned: weight?.value ?? 0, override, undone, zone, lang });
}

/** The weight that the words name: a segment's name and one form. */
async function weightNamed(tx: Tx, what: string): Promise<Weight | undefined> {
  const said = what.toLowerCase();
  const named = (await tx.segments.active())
    .filter(({ name }) => said.includes(name.toLowerCase()))
    .sort((a, b) => b.name.length - a.name.length);
  for (const { id, name } of named) {
    const at = said.indexOf(name.toLowerCase());
    const rest = `${what.slice(0, at)} ${what.slice(at + name.length)}`.replace(/[的·,/]|\bin\b/g, " ").trim();
    const forms = readForms(rest);
    if (forms?.length !== 1) continue;
    return (await tx.learning.weights("segment", id)).find((weight) => weight.name === forms[0]);
  }
  return undefined;
}
