import { afterEach, beforeEach, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast, addPerson } from "../setup/koloop.ts";

let koloop: Koloop;
beforeEach(async () => {
  const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
  koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
  await koloop.start();
  await addCast(koloop);
  await koloop.store.transaction((tx) =>
    addPerson(tx, { id: "M2", name: "孟经理", roles: ["manager"], ownerId: null }),
  );
});
afterEach(() => koloop.stop());

async function session(who: string): Promise<(path: string) => Promise<Response>> {
  const secret = (await koloop.web!.signInLink(who)).split("#")[1];
  const { origin } = new URL(koloop.address);
  const headers = { "content-type": "application/json", origin };
  const body = JSON.stringify({ secret });
  const answer = await fetch(`${origin}/api/sign-in`, { method: "POST", headers, body });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return (path) => fetch(origin + path, { headers: { cookie } });
}

async function agrees(who: string, type: "approval.give" | "approval.refuse"): Promise<void> {
  const [waiting] = await koloop.store.read((tx) => tx.approvals.waiting(koloop.ctx.now()));
  const address = { channel: "web", room: `bot:${who}` };
  const tap = { type: "tap" as const, eventId: `${who}-${type}`, from: who, address, roomKind: "bot" as const };
  await koloop.inbox.accept({ ...tap, at: koloop.ctx.now(), action: { type, id: waiting!.id } });
}

const people = "/api/dashboards/kocs/csv";

it("a download of people waits for another manager, and one yes is one download", async () => {
  const [asks, other] = [await session("M1"), await session("M2")];

  const waits = await asks(people);
  await agrees("M1", "approval.give");
  const ownYes = await asks(people);
  await agrees("M2", "approval.give");
  const others = await other(people);
  const given = await asks(people);
  const again = await asks(people);

  expect([waits.status, ownYes.status, others.status, given.status, again.status]).toEqual([202, 202, 202, 200, 202]);
  expect(await waits.text()).toContain("需要另一位经理同意");
  expect(given.headers.get("content-type")).toContain("text/csv");
  expect(await given.text()).toContain("id,KOC");
});

it("a download without people in it is given at once, and none is after a no", async () => {
  const asks = await session("M1");
  const tasks = await asks("/api/dashboards/tasks/csv");
  await asks(people);

  await agrees("M2", "approval.refuse");
  const after = await asks(people);

  expect([tasks.status, after.status]).toEqual([200, 202]);
});
