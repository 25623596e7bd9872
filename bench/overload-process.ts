import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import type { Incoming } from "#handlers/incoming.ts";

// koloop as it runs, in a process of its own, with a vendor that talks over the process's own line: what `koloop bench overload` burdens.

type Order = { events: Incoming[] } | { stop: true };

const config = readConfig({ DATABASE_URL: process.argv[2], KOLOOP_LOG_LEVEL: "fatal", KOLOOP_QUIET_HOURS: "off" });
let receive: (event: Incoming) => Promise<void> = () => Promise.reject(new Error("not started"));
const koloop = await createKoloop(config, {
  web: false,
  channels: [
    {
      name: "bench",
      start: async (take) => {
        receive = take;
      },
      deliver: async ({ id }) => ({ vendorRef: id }),
      stop: async () => {},
    },
  ],
});
await koloop.start();

let settled: [eventId: string, taken: boolean][] = [];
const settle = (eventId: string, taken: boolean) => {
  if (settled.push([eventId, taken]) > 1) return;
  setImmediate(() => {
    process.send?.({ settled, rss: process.memoryUsage.rss() });
    settled = [];
  });
};
process.on("message", (order: Order) => {
  if ("stop" in order) return void koloop.stop().then(() => process.exit(0));
  for (const event of order.events)
    receive(event).then(
      () => settle(event.eventId, true),
      () => settle(event.eventId, false),
    );
});
process.send?.({ settled, rss: process.memoryUsage.rss() });
