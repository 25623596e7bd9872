// A koloop in a process of its own, to be killed: events come as JSON lines on stdin, each is acknowledged on stdout once it is
// committed, and what the messenger would have shown is appended to a file.
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { readConfig } from "../../dist/bot/config.js";
import { createKoloop } from "../../dist/bot/main.js";

const [, , database, shownFile] = process.argv;
const channel = {
  name: "web",
  start: async (receive) => {
    channel.receive = receive;
  },
  deliver: async ({ id, address, body }) => {
    appendFileSync(shownFile, `${JSON.stringify({ id, room: address.room, key: body.card?.key })}\n`);
    return { vendorRef: id };
  },
  stop: async () => {},
};
const { KOLOOP_QUIET_HOURS } = process.env;
const settings = {
  DATABASE_URL: database.includes(":") ? database : `file:${database}`,
  KOLOOP_LOG_LEVEL: "error",
  KOLOOP_QUIET_HOURS,
};
// A machine whose clock is off: everything here that asks for the time is told the wrong one.
const skewMs = Number(process.env.KOLOOP_TEST_SKEW_MS ?? 0);
const { now } = Date;
if (skewMs !== 0) Date.now = () => now() + skewMs;
const koloop = await createKoloop(readConfig(settings), {
  web: false,
  channels: [channel],
  extract: (turns) => {
    const turn = turns.length - 1;
    const cue = { tag: "pet_family", quote: turns[turn].text, turn, score: 0.9, evidence: [] };
    return { cues: [cue], retractions: [] };
  },
});
await koloop.start();
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const event = JSON.parse(line);
  if (event.type === "finish") break;
  channel.receive(event).then(
    () => process.stdout.write(`${event.eventId}\n`),
    // Not acknowledged: the vendor delivers it again.
    () => {},
  );
}
await koloop.settle();
await koloop.stop();
process.stdin.destroy();
