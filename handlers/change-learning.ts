import type { Tx } from "#db/store.ts";
import { endOf } from "#domain/override.ts";
import type { Person } from "#domain/person.ts";
import type { Context } from "./context.ts";
import { settleTheme, undoThemeWord } from "./judge-themes.ts";
import { overrideWeight, undoOverride } from "./override-weights.ts";
import { forgetTag, restoreTag } from "./show-learning.ts";

/** What may be changed on the page of what was learned; `percent` and `days` as written there. */
export type LearningChange =
  | { what: "weight"; weight: string; kind: "freeze" | "floor"; percent?: number; reason: string; days?: number }
  | { what: "release"; weight: string }
  | { what: "theme"; theme: string; status: "retired" | "ok"; reason: string; days?: number }
  | { what: "forget"; tag: string }
  | { what: "undo"; done: string };

/** What came of a change: what its undo is called by (none after an undo), or what was lacking. */
export type LearningChanged = { done: string | null } | { lacks: "reason" | "value" | "weight" | "end" | "gone" };

/** Makes one change to what was learned, for the page; the chat's words do the same. */
export async function changeLearning(
  tx: Tx,
  ctx: Context,
  person: Person,
  change: LearningChange,
): Promise<LearningChanged> {
  switch (change.what) {
    case "weight":
    case "release": {
      const [segment = "", form = ""] = change.weight.split(" ");
      const weight = (await tx.learning.weights("segment", segment)).find(({ name }) => name === form);
      if (!weight) return { lacks: "weight" };
      const wanted =
        change.what === "release"
          ? { kind: "release" as const, reason: "", until: 0 }
          : {
              kind: change.kind,
              reason: change.reason,
              until: endOf(change, undefined, ctx.now()) ?? 0,
              ...(change.percent !== undefined && { value: change.percent / 100 }),
            };
      const done = await overrideWeight(tx, ctx, person, weight, wanted);
      return typeof done === "string" ? { lacks: done } : { done: `override:${done.id}` };
    }
    case "theme": {
      const { theme, status, reason } = change;
      if (reason.trim() === "") return { lacks: "reason" };
      const until = endOf({ days: change.days ?? 90 }, undefined, ctx.now());
      if (until === undefined) return { lacks: "end" };
      if (!(await tx.learning.themes()).some(({ id }) => id === theme)) return { lacks: "gone" };
      return { done: `theme-word:${await settleTheme(tx, ctx, person, { theme, status, reason, until })}` };
    }
    case "forget": {
      const done = await forgetTag(tx, ctx, person, change.tag.replace(/^-/, ""));
      return done ? { done: `forgotten:${done.id}` } : { lacks: "gone" };
    }
    case "undo":
      return (await undo(tx, ctx, person, change.done)) ? { done: null } : { lacks: "gone" };
  }
}

async function undo(tx: Tx, ctx: Context, person: Person, done: string): Promise<boolean> {
  const [kind, id = ""] = done.split(":");
  if (kind === "override") return (await undoOverride(tx, ctx, person, id)) !== undefined;
  if (kind === "theme-word") return (await undoThemeWord(tx, ctx, person, id)) !== undefined;
  return kind === "forgotten" && typeof (await restoreTag(tx, ctx, person, id)) !== "string";
}
