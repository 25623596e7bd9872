import type { Incoming } from "#handlers/incoming.ts";
import { wantsPlan } from "#handlers/plan-ahead.ts";
import type { Along, Page } from "./channels/channel.ts";
import { roomOf } from "./fair-queue.ts";

/** An event between the channel that brought it and its commit, with whoever waits to hear of that. */
export type WaitingEvent = {
  event: Incoming;
  along: Along;
  resolve: () => void;
  reject: (fault: unknown) => void;
  attempts: number;
  races: number;
};

/** Whether it wants people chosen before its transaction opens. */
export const isPlanned = ({ event }: WaitingEvent): boolean => wantsPlan(event);
export const isPlain = (item: WaitingEvent): boolean => !isPlanned(item);

/** What is read ahead for it. */
export const comingOf = ({ event }: WaitingEvent) => ({
  channel: event.address.channel,
  room: event.address.room,
  eventId: event.eventId,
  from: event.from,
  to: "to" in event ? event.to : null,
});

/** How many events of each page are among these. */
export function pagesOf(items: readonly WaitingEvent[]): Map<Page, number> {
  const pages = new Map<Page, number>();
  for (const { along } of items) if (along.page) pages.set(along.page, (pages.get(along.page) ?? 0) + 1);
  return pages;
}

export const roomsOf = (items: readonly WaitingEvent[]): Set<string> =>
  new Set(items.map(({ event }) => roomOf(event)));
