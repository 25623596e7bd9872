import type { MatchPerson, MatchTask } from "./match.ts";
import type { Outlook, TaskView } from "./outlook.ts";
import { type ModelState, personBelief, type Situation, saysLikes } from "./step-model.ts";
import type { TagKey } from "./taxonomy.ts";

/** Why a person is offered a task, in facts and numbers; the words that people read are composed from these. */
export type MatchReason =
  | { kind: "tag-fit"; tag: TagKey; weight: number }
  | { kind: "in-segment" }
  | { kind: "mentioned"; tags: TagKey[] }
  | { kind: "form-fit"; form: string; accepted: number; chosenWith: number }
  | { kind: "says-likes"; form: string }
  | { kind: "answers"; weight: number }
  | { kind: "active-hour"; chance: number }
  | { kind: "influence"; weight: number }
  | { kind: "rested" }
  | { kind: "recently-asked"; tired: number }
  | { kind: "not-tried-yet" }
  | { kind: "completion"; chance: number };

export type ReasonFacts = {
  desk: MatchTask;
  model: ModelState;
  view: TaskView;
  situation: Situation;
  outlook: Outlook;
  person: MatchPerson;
  influence: number;
  chance: number;
};

/** The reasons that weigh most, the chance of completion always first; at most eight. */
export function reasonsFor(facts: ReasonFacts): MatchReason[] {
  const { situation: s, outlook, model, desk } = facts;
  const reasons: MatchReason[] = [{ kind: "completion", chance: outlook.all }];
  for (const { tag, weight } of strongestTags(facts.view, s).slice(0, 2))
    reasons.push({ kind: "tag-fit", tag, weight });
  if (s.hinted > 0) reasons.push({ kind: "in-segment" });
  const mentioned = [...desk.mentions.keys()].filter((tag) => facts.person.tags.has(tag));
  if (mentioned.length > 0) reasons.push({ kind: "mentioned", tags: mentioned });
  const form = model.forms[outlook.form]!;
  reasons.push({ kind: "form-fit", form, accepted: outlook.accepted, chosenWith: facts.chance });
  if (saysLikes(s, form) > 0) reasons.push({ kind: "says-likes", form });
  const known = model.people[s.person];
  if (!known) reasons.push({ kind: "not-tried-yet" });
  else reasons.push({ kind: "answers", weight: personBelief(model, s.person).belief.mean[1]! });
  if (s.tired > 0.5) reasons.push({ kind: "recently-asked", tired: s.tired });
  if (desk.importance > 2 && facts.influence > 1.2) reasons.push({ kind: "influence", weight: facts.influence });
  if (s.active > 0.5) reasons.push({ kind: "active-hour", chance: s.active });
  return reasons.slice(0, 8);
}

/** The person's tags that this theme draws most, by learned weight; only those that help. */
function strongestTags(view: TaskView, s: Situation): { tag: TagKey; weight: number }[] {
  if (!view.theme) return [];
  const found: { tag: TagKey; weight: number }[] = [];
  for (const tag of s.tags) {
    const i = view.at.get(tag);
    if (i !== undefined && view.theme.belief.mean[i]! > 0.1) found.push({ tag, weight: view.theme.belief.mean[i]! });
  }
  return found.sort((a, b) => b.weight - a.weight || (a.tag < b.tag ? -1 : 1));
}

const percent = (x: number): string => `${Math.round(100 * x)} %`;

/** One reason in plain English, for logs and the policy protocol. What people read in chat is worded in cards. */
export function wordReason(reason: MatchReason): string {
  switch (reason.kind) {
    case "completion":
      return `expected to complete with ${percent(reason.chance)}`;
    case "tag-fit":
      return `tag ${reason.tag} fits this theme (+${reason.weight.toFixed(2)})`;
    case "in-segment":
      return "in a segment this task is meant for";
    case "mentioned":
      return `the brief speaks of ${reason.tags.slice(0, 4).join(", ")}`;
    case "form-fit":
      return `${reason.form} accepted with ${percent(reason.accepted)}, chosen with ${percent(reason.chosenWith)}`;
    case "says-likes":
      return `has said that they like ${reason.form}`;
    case "answers":
      return reason.weight >= 0
        ? `answers more than most (+${reason.weight.toFixed(2)})`
        : `answers less than most (${reason.weight.toFixed(2)})`;
    case "active-hour":
      return `sent in their active hours (${percent(reason.chance)} sure)`;
    case "influence":
      return `influence ${reason.weight.toFixed(1)} times the usual, for an important task`;
    case "rested":
      return "not asked lately";
    case "recently-asked":
      return `asked lately (${reason.tired.toFixed(1)} pushes still felt)`;
    case "not-tried-yet":
      return "never asked before: worth finding out";
  }
}
