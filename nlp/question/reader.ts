import type { Asker } from "#domain/answer-rights.ts";
import type { Catalog } from "#domain/catalog.ts";
import { indexNames, type NameIndex } from "./names.ts";
import { type Reading, understand } from "./understand.ts";

export type AskedIn = { catalog: Catalog; asker: Asker; now: number; zone: string; context: readonly string[] };
export type ReadQuestion = (question: string, asked: AskedIn) => Reading;

/** A reader of questions. The names of a catalog are indexed once, for as long as the same catalog is given. */
export function createQuestionReader(): ReadQuestion {
  const indexes = new WeakMap<Catalog, NameIndex>();
  return (question, { catalog, asker, now, zone, context }) => {
    let names = indexes.get(catalog);
    if (!names) {
      names = indexNames(catalog.named);
      indexes.set(catalog, names);
    }
    return understand(question, context, { names, now, zone, asker });
  };
}
