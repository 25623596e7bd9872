import type { Body } from "#cards/card.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Channel, type Delivered, type Delivery, DeliveryError } from "../channel.ts";
import type { Terminal } from "./client.ts";
import { channelName, readLine } from "./receive.ts";
import { renderBody } from "./render.ts";

type Options = { terminal: Terminal; personId: string; now: () => number; newId: () => string };

const notKept = "这句没有记下来,请稍后再说一次 · This was not kept: please say it again in a while";

/** One person at a terminal, talking with koloop: the smallest channel there is, and the example of `docs/new-channel.md`. */
export function createTerminalChannel(options: Options): Channel & { ended: Promise<void> } {
  const { terminal, personId, now, newId } = options;
  let last: Body | undefined;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  async function listen(receive: (event: Incoming) => Promise<void>): Promise<void> {
    for await (const line of terminal.lines) {
      const event = readLine(line, { personId, eventId: newId(), at: now(), last });
      if (!event) continue;
      try {
        await receive(event);
      } catch {
        // A full disk, say; the inbox has logged it. The talk goes on when there is room again.
        terminal.show(notKept);
      }
    }
    end();
  }

  return {
    name: channelName,
    ended,
    async start(receive) {
      listen(receive).catch(end);
    },
    async deliver({ address, body }: Delivery): Promise<Delivered> {
      if (address.room !== `bot:${personId}`) throw new DeliveryError("gone", "only one person sits at this terminal");
      last = body;
      terminal.show(renderBody(body));
      return { vendorRef: "terminal" };
    },
    async stop() {
      terminal.close();
    },
  };
}
