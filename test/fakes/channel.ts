import type { Channel, Delivered, Delivery } from "#bot/channels/channel.ts";
import type { Action } from "#cards/action.ts";
import type { Card } from "#cards/card.ts";
import type { Incoming, RoomKind } from "#handlers/incoming.ts";

/** A messenger in memory: what people would see, room by room. */
export class FakeChannel implements Channel {
  readonly name: string;
  readonly deliveries: Delivery[] = [];
  /** Set to make the next deliveries fail. */
  fault: ((delivery: Delivery) => Error | undefined) | undefined;
  /** Rooms without buttons. */
  isCardless?: (room: string) => boolean;
  private receive: ((event: Incoming) => Promise<void>) | undefined;
  private events = 0;
  private readonly now: () => number;

  constructor(now: () => number, name = "web") {
    this.now = now;
    this.name = name;
  }

  async start(receive: (event: Incoming) => Promise<void>): Promise<void> {
    this.receive = receive;
  }

  async deliver(delivery: Delivery): Promise<Delivered> {
    const fault = this.fault?.(delivery);
    if (fault) throw fault;
    this.deliveries.push(delivery);
    return { vendorRef: delivery.id };
  }

  async stop(): Promise<void> {
    this.receive = undefined;
  }

  /** Somebody writes; resolves once koloop has committed it. */
  async write(from: string, room: string, text: string, eventId = `e${++this.events}`): Promise<void> {
    const roomKind: RoomKind = room.startsWith("bot:") ? "bot" : room.startsWith("group:") ? "group" : "direct";
    await this.take({
      type: "message",
      eventId,
      from,
      address: { channel: this.name, room },
      roomKind,
      at: this.now(),
      text,
      addressed: roomKind === "bot",
    });
  }

  /** Somebody presses a button by its label, on the latest card of the room that has it. */
  async press(from: string, room: string, label: string, eventId = `e${++this.events}`): Promise<void> {
    const button = this.cardsIn(room)
      .flatMap((card) => card.buttons)
      .find((b) => b.label.includes(label));
    if (!button) throw new Error(`no button "${label}" in ${room}: ${this.text(room)}`);
    await this.tap(from, room, button.action, eventId);
  }

  async tap(from: string, room: string, action: Action, eventId = `e${++this.events}`): Promise<void> {
    await this.take({
      type: "tap",
      eventId,
      from,
      address: { channel: this.name, room },
      roomKind: "bot",
      at: this.now(),
      action,
    });
  }

  async take(event: Incoming): Promise<void> {
    if (!this.receive) throw new Error("the channel has not been started");
    await this.receive(event);
  }

  /** The cards that stand in a room, the newest first; a card of the same key replaces the earlier one. */
  cardsIn(room: string): Card[] {
    const cards = new Map<string, Card>();
    for (const { address, body } of this.deliveries) {
      if (address.room === room && body.type === "card") {
        cards.delete(body.card.key);
        cards.set(body.card.key, body.card);
      }
    }
    return [...cards.values()].reverse();
  }

  /** The plain words that koloop said in a room, oldest first. */
  wordsIn(room: string): string[] {
    return this.deliveries.flatMap(({ address, body }) =>
      address.room === room && body.type === "text" ? [body.text] : [],
    );
  }

  private text(room: string): string {
    return JSON.stringify({
      cards: this.cardsIn(room).map((card) => [card.title, card.buttons.map((b) => b.label)]),
      words: this.wordsIn(room),
    });
  }
}
