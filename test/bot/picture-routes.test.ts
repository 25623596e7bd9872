import { expect, it, onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

async function openHouse() {
  const config = readConfig({
    ...{ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0", KOLOOP_QUIET_HOURS: "off" },
  });
  const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
  await koloop.start();
  onTestFinished(() => koloop.stop());
  await addCast(koloop);
  const { origin } = new URL(koloop.address);
  const signIn = async (who: string) => {
    const secret = (await koloop.web!.signInLink(who)).split("#")[1]!.replace(/^.*=/, "");
    const headers = { "content-type": "application/json", origin };
    const answer = await fetch(`${origin}/api/sign-in`, { method: "POST", headers, body: JSON.stringify({ secret }) });
    return answer.headers.get("set-cookie")!.split(";")[0]!;
  };
  const sends = async (cookie: string, bytes: Buffer, once: string) => {
    const headers = { "content-type": "application/octet-stream", origin, cookie };
    const body = new Uint8Array(bytes);
    const answer = await fetch(`${origin}/api/pictures?once=${once}`, { method: "POST", headers, body });
    return { status: answer.status, message: ((await answer.json()) as { message?: string }).message };
  };
  return { koloop, signIn, sends };
}

it("a KOC hands in a screenshot in the messenger, once however often it is sent; who is no KOC may not", async () => {
  const { koloop, signIn, sends } = await openHouse();
  const at = Date.now();
  const from = { address: { channel: "web", room: "bot:M1" }, roomKind: "bot" as const, at, from: "M1" };
  const order = "新任务:门店打卡,给所有人,图文,2篇,三周后截止";
  await koloop.inbox.accept({ eventId: "o1", ...from, type: "message", text: order, addressed: true });
  const [task] = await koloop.store.read((tx) => tx.tasks.list());
  const send = { type: "task.send" as const, id: task!.id };
  await koloop.inbox.accept({ eventId: "o2", ...from, type: "tap", action: send, cardKey: `task-${task!.id}` });
  await koloop.store.transaction(async (tx) => {
    const [assignment] = await tx.tasks.assignmentsFor("K1");
    await tx.tasks.saveAssignment({ ...assignment!, pushedAt: at });
  });
  const [koc, manager] = [await signIn("K1"), await signIn("M1")];

  const first = await sends(koc, png, "picture-one");
  const again = await sends(koc, png, "picture-one");
  const noPicture = await sends(koc, Buffer.from("hello"), "picture-two");
  const staff = await sends(manager, png, "picture-three");

  const pieces = await koloop.store.read((tx) => tx.submissions.ofPerson("K1"));
  expect([first.status, again.status, noPicture.status, staff.status]).toEqual([200, 200, 422, 403]);
  expect(noPicture.message).toContain("5 MB");
  expect(pieces).toMatchObject([{ url: "picture:shot-web-K1-picture-one", status: "pending" }]);
});

it("a picture that belongs to no task is not kept, however often it is sent", async () => {
  const { koloop, signIn, sends } = await openHouse();
  const koc = await signIn("K1");

  const answers = [
    await sends(koc, png, "for-nothing"),
    await sends(koc, png, "for-nothing"),
    await sends(koc, png, "another-one"),
  ];

  const kept = await koloop.store.read(({ connection: { sql } }) => sql.all("SELECT id FROM picture"));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(kept).toEqual([]);
});
