// One process of a cluster: waits for `{from, count}` on its channel to the parent, takes so many messages in, and tells how long it took.
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { answerOrders } from "./orders.ts";
import { hearsTwo, messageOf, probe, silent } from "./scale-desk.ts";

type Order = { take?: { from: number; count: number }; end?: true };

/** Several rooms at once, as in a living brand. */
const atOnce = 64;

const koloop = await createKoloop(readConfig({ DATABASE_URL: process.env.DATABASE_URL, ...silent }), {
  web: false,
  channels: [probe],
  extract: hearsTwo,
});

async function follow({ take, end }: Order): Promise<unknown> {
  if (take) {
    const last = take.from + take.count;
    let next = take.from;
    const begun = performance.now();
    const lane = async () => {
      while (next < last) await koloop.inbox.accept(messageOf(next++));
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return performance.now() - begun;
  }
  if (end) {
    await koloop.stop();
    process.disconnect();
  }
  return undefined;
}

answerOrders(follow);
