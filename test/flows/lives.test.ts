import { describe, expect, it } from "vitest";
import type { Tx } from "#db/store.ts";
import { definitionOf } from "#domain/taxonomy.ts";
import { matchPeople } from "#handlers/match-people.ts";
import { settleTag } from "#handlers/settle-tags.ts";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, addPerson, friday, startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { type Life, type LifeEvent, scriptedLives } from "./scripted-lives.ts";

async function livesStarted(lives: readonly Life[]) {
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
  await addCast(koloop);
  await koloop.store.transaction(async (tx) => {
    for (const { id } of lives) await addPerson(tx, { id, name: id, roles: ["koc", "customer"], ownerId: "E1" });
    for (const tag of ["single", "married", "new_parent", "student", "new_owner", "novice", "dissatisfied"])
      await tx.segments.add({
        id: `is-${tag}`, name: tag, rule: { kind: "tag", tag }, version: 1, status: "active", createdBy: null, createdAt: 0, updatedAt: 0,
      }); // biome-ignore format: short
  });
  return koloop;
}

async function live(tx: Tx, { ctx }: TestKoloop, id: string, event: LifeEvent) {
  const person = (await tx.people.find(id))!;
  const { tag, at, source } = event;
  const settledBy = source === "koe" ? "E1" : null;
  const said = {
    proposedBy: null,
    quote: null,
    messageId: null,
    suggestionId: null,
    confidence: source === "koe" ? 1 : 0.7,
  };
  return settleTag(tx, ctx, person, { ...said, tag, holds: true, source, settledBy, at });
}

describe("fifty lives of three years", () => {
  it("outdated tags are retired by the next confirmed event, each with its cause, and no match uses one", async () => {
    const begin = friday;
    const lives = scriptedLives(50, 200, begin);
    const koloop = await livesStarted(lives);
    const story = lives
      .flatMap(({ id, events }) => events.map((event, order) => ({ id, event, order })))
      .sort((a, b) => a.event.toldAt - b.event.toldAt || a.order - b.order);
    const untrue = new Map(lives.map(({ id }) => [id, new Set<string>()]));
    let outdated = 0;
    let retired = 0;
    let withCause = 0;
    let matches = 0;
    const wrongMatches: string[] = [];
    const changes = story.filter(({ event }) => event.ends.length > 0).length;

    for (const [i, { id, event }] of story.entries()) {
      koloop.pass(Math.max(0, event.toldAt - koloop.ctx.now()));
      await koloop.store.transaction(async (tx) => {
        await live(tx, koloop, id, event);
        if (event.source === "koe") untrue.get(id)!.delete(event.tag);
        for (const tag of event.ends) untrue.get(id)!.add(tag);
        const holds = await tx.ledger.holdsOf(id);
        for (const tag of event.ends) {
          outdated++;
          const still = holds.some((hold) => hold.tag === tag && hold.until === null);
          const last = holds.filter((hold) => hold.tag === tag).at(-1);
          if (!still) retired++;
          // What had faded away, or given way to other news before, is retired too, and says so.
          if (!still && /^by:|^faded$/.test(last?.endCause ?? "")) withCause++;
        }
        if (i % 40 === 0) await timePassed(tx, koloop.ctx);
        // Whoever a task could be matched to now, by tag or by segment, must hold that tag in truth.
        for (const person of await matchPeople(tx, koloop.ctx, (await tx.people.find(id))!)) {
          const used = [...person.tags, ...person.segments.map((segment) => segment.replace(/^is-/, ""))];
          matches += used.length;
          for (const tag of used) if (untrue.get(person.id)?.has(tag)) wrongMatches.push(`${person.id} ${tag}`);
        }
      });
    }

    expect(changes).toBe(200);
    expect(story.every(({ event }) => definitionOf(koloop.ctx.taxonomy, event.tag) !== undefined)).toBe(true);
    expect(outdated).toBeGreaterThanOrEqual(200);
    expect(retired / outdated).toBeGreaterThanOrEqual(0.95);
    expect(withCause).toBe(retired);
    expect(matches).toBeGreaterThan(1000);
    expect([...new Set(wrongMatches)]).toEqual([]);
  });
});
