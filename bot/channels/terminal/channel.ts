import type { Body } from "#cards/card.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Channel, type Delivered, type Delivery, DeliveryError } from "../channel.ts";
import type { Terminal } from "./client.ts";
import { channelName, readLine } from "./receive.ts";
import { renderBody } from "./render.ts";

type Options = { terminal: Terminal; personId: string; now: () => number; newId: () => string };

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
      if (event) await receive(event);
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
