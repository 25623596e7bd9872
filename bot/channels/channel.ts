import type { Body } from "#cards/card.ts";
import type { Tx } from "#db/store.ts";
import type { Address, Incoming } from "#handlers/incoming.ts";

/** What the outbox asks a channel to show. `vendorRef` is what an earlier delivery of the same card returned. */
export type Delivery = { id: string; address: Address; body: Body; vendorRef?: string; assignmentId?: string };

/** What a delivery came to: the vendor's handle for changing it later, where there is one. */
export type Delivered = { vendorRef?: string };

/** Events that were read together: `turn` notes the place to read on from, in the commit of the last of them. `left` are not committed yet. */
export type Page = { left: number; turn: (tx: Tx) => Promise<void> };
/** What is committed together with an event: `before` what must hold when it is handled, and with the last of a page its turn. */
export type Along = { before?: (tx: Tx) => Promise<void>; page?: Page };
/** Resolves when the event is committed: only then may the vendor be told that it arrived. */
export type Receive = (event: Incoming, along?: Along) => Promise<void>;

/** One way into and out of a messenger. It translates and carries; it decides nothing. */
export interface Channel {
  readonly name: string;
  /** Begins to listen. */
  start(receive: Receive): Promise<void>;
  /** Takes in what its webhooks bring while another process holds the connection. Only channels that have both need it. */
  attend?(receive: Receive): void;
  /** Shows a body in a room, replacing the earlier card of the same key where the vendor can. Throws `DeliveryError`. */
  deliver(delivery: Delivery): Promise<Delivered>;
  /** Whether a room shows no buttons that can be relied on, so that offers need a link to their page; without it, no room does. */
  isCardless?(room: string): boolean;
  /** A link by which somebody opens koloop here and says `/start PAYLOAD`; 64 letters, digits, `_` and `-` at most. */
  startLink?(payload: string): string | undefined;
  /** False while nothing can be delivered: what is to be said goes another way where there is one. */
  isUp?(): boolean;
  stop(): Promise<void>;
}

/**
 * Why a delivery failed: `try-later` (limits, network), `gone` (blocked, left, no such room: never again), or `moot` (it came too late to
 * mean anything: only this delivery is dropped).
 */
export class DeliveryError extends Error {
  readonly kind: "try-later" | "gone" | "moot";
  readonly retryAfterMs: number | undefined;
  constructor(kind: DeliveryError["kind"], message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = "DeliveryError";
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}
