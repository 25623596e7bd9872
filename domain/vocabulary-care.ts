import { ok, type Result, refuse } from "./result.ts";
import type { Rule } from "./segment.ts";
import { settleClaim, type TagEvent, type TagHold } from "./tag.ts";
import { closeImplied, definitionOf, type TagDefinition, type TagKey, type Taxonomy } from "./taxonomy.ts";

/** One change that a manager makes to the vocabulary. */
export type VocabularyChange =
  | { kind: "synonym"; tag: TagKey; name: string }
  | { kind: "rename"; tag: TagKey; name: string }
  | { kind: "parent"; tag: TagKey; parent: TagKey }
  | { kind: "merge"; tag: TagKey; into: TagKey };

/** The changes in force, oldest first; each has the id by which it is taken back. */
export type VocabularyChanges = readonly { id: string; change: VocabularyChange }[];

export type VocabularyRefusal = "same-tag" | "open-tag" | "name-taken" | "circle" | "known-already";

/** Whether a change makes sense now: names stay unique, `implies` stays without circles, and a tag is not merged with itself. */
export function mayChange(taxonomy: Taxonomy, change: VocabularyChange): Result<true, VocabularyRefusal> {
  const tag = definitionOf(taxonomy, change.tag);
  if (!tag || tag.open || tag.retired) return refuse("open-tag");
  switch (change.kind) {
    case "synonym":
    case "rename": {
      const owner = [...taxonomy.tags.values()].find(
        (one) => !one.retired && namesOf(one).includes(plain(change.name)),
      );
      if (owner === undefined) return ok(true);
      if (owner.key !== tag.key) return refuse("name-taken");
      return change.kind === "rename" && plain(tag.zh) !== plain(change.name) ? ok(true) : refuse("known-already");
    }
    case "parent": {
      const parent = definitionOf(taxonomy, change.parent);
      if (!parent || parent.open || parent.retired) return refuse("open-tag");
      if (change.parent === change.tag) return refuse("same-tag");
      if (closeImplied(taxonomy, change.parent).includes(change.tag)) return refuse("circle");
      return closeImplied(taxonomy, change.tag).includes(change.parent) ? refuse("known-already") : ok(true);
    }
    case "merge": {
      const into = definitionOf(taxonomy, change.into);
      if (!into || into.open || into.retired) return refuse("open-tag");
      return change.into === change.tag ? refuse("same-tag") : ok(true);
    }
  }
}

const plain = (name: string): string => name.normalize("NFKC").toLowerCase().replace(/\s/g, "");
const namesOf = (tag: TagDefinition): string[] => [tag.key, tag.zh, tag.en, ...(tag.synonyms ?? [])].map(plain);

/** The taxonomy with all changes in force. What a later change no longer fits is left out rather than breaking the whole. */
export function withChanges(base: Taxonomy, changes: VocabularyChanges): Taxonomy {
  return changes.reduce(
    (taxonomy, { change }) => (mayChange(taxonomy, change).ok ? changed(taxonomy, change) : taxonomy),
    base,
  );
}

function changed(taxonomy: Taxonomy, change: VocabularyChange): Taxonomy {
  const tags = new Map(taxonomy.tags);
  const tag = tags.get(change.tag) as TagDefinition;
  const synonyms = tag.synonyms ?? [];
  switch (change.kind) {
    case "synonym":
      tags.set(tag.key, { ...tag, synonyms: [...synonyms, change.name] });
      break;
    case "rename": {
      // People go on using the old name for a while: it stays understood.
      const latin = /^[\x20-\x7e]+$/.test(change.name);
      const renamed = latin ? { en: change.name } : { zh: change.name };
      tags.set(tag.key, { ...tag, ...renamed, synonyms: [...synonyms, latin ? tag.en : tag.zh] });
      break;
    }
    case "parent":
      tags.set(tag.key, { ...tag, implies: [...tag.implies, change.parent] });
      break;
    case "merge":
      mergeInto(tags, tag, tags.get(change.into) as TagDefinition);
  }
  return { ...taxonomy, tags };
}

/** The merged tag stays for history under the other's name; whatever pointed to it points to the other. */
function mergeInto(tags: Map<TagKey, TagDefinition>, gone: TagDefinition, kept: TagDefinition): void {
  const moved = (keys: readonly TagKey[], self: TagKey) => [
    ...new Set(keys.map((key) => (key === gone.key ? kept.key : key)).filter((key) => key !== self)),
  ];
  for (const [key, one] of tags)
    tags.set(key, { ...one, implies: moved(one.implies, key), supersedes: moved(one.supersedes, key) });
  const names = [gone.zh, gone.en, ...(gone.synonyms ?? [])];
  const now = tags.get(kept.key) as TagDefinition;
  tags.set(kept.key, { ...now, synonyms: [...(now.synonyms ?? []), ...names] });
  tags.set(gone.key, {
    ...(tags.get(gone.key) as TagDefinition),
    zh: kept.zh,
    en: kept.en,
    retired: true,
    mergedInto: kept.key,
  });
}

/** The tag that stands for one now, where it was merged; else itself. */
export function currentTag(taxonomy: Taxonomy, tag: TagKey): TagKey {
  let current = tag;
  for (let next = taxonomy.tags.get(current)?.mergedInto; next; next = taxonomy.tags.get(current)?.mergedInto)
    current = next;
  return current;
}

/** The lines that give a person a tag in another's place, since when and by whom the other was held. All are one settlement. */
export function retagLines(
  hold: TagHold,
  into: TagKey,
  open: readonly TagHold[],
  taxonomy: Taxonomy,
  settlement: string,
  recordedAt: number,
): TagEvent[] {
  const { personId, source, proposedBy, settledBy, quote, messageId } = hold;
  const facts = {
    personId,
    source,
    proposedBy,
    settledBy,
    quote,
    messageId,
    suggestionId: null,
    confidence: hold.strength,
  };
  const cause = `vocabulary:${hold.tag}`;
  const others = open.filter((one) => one.id !== hold.id);
  const claim = { ...facts, tag: into, holds: true, at: hold.evidenceAt, cause };
  const follow = settleClaim(claim, others, taxonomy, () => settlement, recordedAt);
  const ends: TagEvent = {
    ...facts,
    id: "",
    tag: hold.tag,
    kind: "superseded",
    cause: `by:${into}`,
    at: hold.evidenceAt,
    recordedAt,
  };
  const begins = follow.find((line) => line.tag === into && line.kind === "held");
  const isNew = begins && hold.since < begins.at && !others.some((one) => one.tag === into);
  const lines = [
    ends,
    ...(isNew ? [{ ...begins, at: hold.since }] : []),
    ...follow,
    ...(hold.locked && begins ? [{ ...begins, kind: "locked" as const }] : []),
  ];
  return lines.map((line, i) => ({ ...line, id: i === 0 ? settlement : `${settlement}~${i}` }));
}

/** A rule with one tag in another's place; the same rule where it does not name it. */
export function ruleWith(rule: Rule, gone: TagKey, kept: TagKey): Rule {
  if ("of" in rule) return { ...rule, of: rule.of.map((part) => ruleWith(part, gone, kept)) };
  return rule.kind === "tag" && rule.tag === gone ? { kind: "tag", tag: kept } : rule;
}
