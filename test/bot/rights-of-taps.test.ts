import { describe, expect, it } from "vitest";
import { actionTypes } from "#cards/action.ts";
import { may, mayAtAll, type Ownership } from "#domain/rights.ts";
import { deedOfAction } from "#handlers/action-rights.ts";
import { startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { actors, changedTables, everything, furnish, rolesOf, secrets, type Whose } from "../setup/rights-house.ts";

const refusedForRole = "抱歉,您没有权限做这一步。需要的话请联系负责的经理。";

/** Whose it is for the one who presses: everybody in the house whom a thing is about is looked after by Ann, in Lu's team. */
function ownershipOf(whose: Whose, actor: string): Ownership {
  if (whose === "presser") return "own";
  if (whose === "brand") return "other";
  if ("only" in whose) return whose.only === actor ? "own" : "other";
  return actor === "E1" || actor === whose.about ? "own" : actor === "L1" ? "team" : "other";
}

function isAllowed(type: (typeof actionTypes)[number], whose: Whose, actor: string): boolean {
  const holder = { roles: rolesOf.get(actor)! };
  const deed = deedOfAction[type];
  // What was asked of somebody, or is theirs alone, is nobody else's to settle, however far their right goes.
  if (typeof whose === "object" && "only" in whose && whose.only !== actor && type !== "segment.retire") return false;
  return may(holder, deed, ownershipOf(whose, actor));
}

async function taps(koloop: TestKoloop, who: string, action: Parameters<typeof koloop.channel.tap>[2]) {
  const said = koloop.channel.deliveries.length;
  await koloop.channel.tap(who, `bot:${who}`, action);
  await koloop.settle();
  return koloop.channel.deliveries.slice(said).map(({ address, body }) => ({ room: address.room, body }));
}

describe("every button, pressed by everybody", () => {
  it("is refused in words where the table says so, changes nothing then and shows nothing", async () => {
    const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
    const things = await furnish(koloop);
    const leaks: string[] = [];
    let refused = 0;
    let before = await everything(koloop);

    for (const type of actionTypes)
      for (const who of actors) {
        const { whose, ...about } = things[type];
        if (isAllowed(type, whose, who)) continue;
        refused++;
        const answers = await taps(koloop, who, { type, ...about });
        const after = await everything(koloop);
        const texts = JSON.stringify(answers);
        const changed = changedTables(before, after);
        if (changed.length > 0) leaks.push(`${type} by ${who} changed ${changed.join(", ")}`);
        if (answers.length !== 1 || answers[0]?.body.type !== "text") leaks.push(`${type} by ${who}: ${texts}`);
        for (const secret of secrets) if (texts.includes(secret)) leaks.push(`${type} by ${who} shows ${secret}`);
        if (!mayAtAll({ roles: rolesOf.get(who)! }, deedOfAction[type]) && !texts.includes(refusedForRole))
          leaks.push(`${type} by ${who} is not refused for the role: ${texts}`);
        before = after;
      }

    expect(leaks).toEqual([]);
    expect(refused).toBeGreaterThan(400);
  });

  it("is never refused for the role where the table allows it", async () => {
    const wrongly: string[] = [];
    let allowed = 0;
    for (const who of actors) {
      const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
      const things = await furnish(koloop);
      for (const type of actionTypes) {
        const { whose, ...about } = things[type];
        if (!isAllowed(type, whose, who)) continue;
        allowed++;
        const answers = JSON.stringify(await taps(koloop, who, { type, ...about }));
        if (answers.includes(refusedForRole)) wrongly.push(`${type} by ${who}`);
      }
      await koloop.stop();
    }

    expect(wrongly).toEqual([]);
    expect(allowed).toBeGreaterThan(100);
  });
});
