import { afterEach, beforeEach, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { asksAs } from "../setup/asks-as.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast, addPerson } from "../setup/koloop.ts";

let koloop: Koloop;
const cookies = new Map<string, string>();
beforeEach(async () => {
  cookies.clear();
  const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
  koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
  await koloop.start();
  await addCast(koloop);
  await koloop.store.transaction(async (tx) => {
    for (const [id, name] of [
      ["M2", "孟经理"],
      ["M3", "穆经理"],
    ] as const)
      await addPerson(tx, { id, name, roles: ["manager"], ownerId: null });
  });
});
afterEach(() => koloop.stop());

const linkFor = (who: string, person: string) =>
  asksAs<{ url?: string }>(koloop, cookies, who, "/api/sign-in-links", { person });
async function answers(who: string, type: "approval.give" | "approval.refuse"): Promise<void> {
  const [waiting] = await koloop.store.read((tx) => tx.approvals.waiting(koloop.ctx.now()));
  const address = { channel: "web", room: `bot:${who}` };
  const tap = { type: "tap" as const, eventId: `${who}-${type}`, from: who, address, roomKind: "bot" as const };
  await koloop.inbox.accept({ ...tap, at: koloop.ctx.now(), action: { type, id: waiting!.id } });
}
const audited = () =>
  koloop.store.read(async (tx) => {
    const rows = await tx.connection.sql.all<{ actor: string; action: string; subject: string }>(
      "SELECT actor, action, subject FROM audit WHERE action = 'sign-in-link.made' OR action LIKE 'approval.%' ORDER BY seq",
    );
    return rows.map(({ actor, action, subject }) => [actor, action, subject]);
  });

it("a manager makes a link for themselves and for anybody with fewer rights at once", async () => {
  for (const person of ["M1", "E1", "K1", "C1"]) expect((await linkFor("M1", person)).status).toBe(200);
  expect((await audited()).map(([, , subject]) => subject)).toEqual(["M1", "E1", "K1", "C1"]);
});

it("another manager's link waits for a second manager, one yes is one link, and all of it is on record", async () => {
  const waits = await linkFor("M1", "M2");
  await answers("M1", "approval.give");
  const ownYes = await linkFor("M1", "M2");
  await answers("M3", "approval.give");
  const other = await linkFor("M1", "M3");
  const given = await linkFor("M1", "M2");
  const again = await linkFor("M1", "M2");

  expect([waits.status, ownYes.status, other.status, given.status, again.status]).toEqual([409, 409, 409, 200, 409]);
  expect(waits.said.message).toContain("需要另一位经理同意:给另一位经理生成登录链接 · 孟经理");
  expect(given.said.url).toContain("/sign-in");
  expect(await audited()).toEqual(
    expect.arrayContaining([
      ["M1", "approval.asked", "M1 M2"],
      ["M3", "approval.given", "M1 M2"],
      ["M1", "approval.used", "M1 M2"],
      ["M1", "sign-in-link.made", "M2"],
    ]),
  );
});

it("is not made after a no, and never by those who may make no links", async () => {
  await linkFor("M1", "M2");
  await answers("M3", "approval.refuse");

  expect((await linkFor("M1", "M2")).status).toBe(409);
  for (const who of ["E1", "K1", "C1"]) expect((await linkFor(who, "M2")).status).toBe(403);
  expect((await audited()).filter(([, action]) => action === "sign-in-link.made")).toEqual([]);
});
