import type { Action } from "#cards/action.ts";
import type { Unread } from "#cards/unread.ts";

/** Where an answer goes. Opaque to all but its channel; `reply` is a vendor's short-lived handle, used while it is fresh. */
export type Address = { channel: string; room: string; reply?: string };

/** The room as the channel knows it: `bot` is a person alone with koloop, `direct` two people, `group` more. */
export type RoomKind = "bot" | "direct" | "group";

type Envelope = {
  /** The vendor's, or the channel's hash where there is none: twice is once. */
  eventId: string;
  /** The sender's id on that channel. */
  from: string;
  fromName?: string;
  address: Address;
  roomKind: RoomKind;
  roomTitle?: string;
  /** Epoch milliseconds, the vendor's clock where it tells. */
  at: number;
};

/** Words somebody sent. `addressed`: they were said to koloop (its own chat, or by a mention). */
export type MessageEvent = Envelope & {
  type: "message";
  text: string;
  addressed: boolean;
  /**
   * The employee's side of this talk, by their id on the channel, where the vendor ties a customer's profile to the pair: only they are
   * asked, whatever others know. Null: no employee has a part in it, and nobody is asked.
   */
  to?: string | null;
  /** Pictures that came with the words, kept already; `digest` is the SHA-256 of the bytes: the same picture twice is one. */
  pictures?: { id: string; digest: string }[];
  /** What came that cannot be read, where no words came with it. */
  unread?: Unread;
  /** The offer on whose page this was said. */
  aboutAssignment?: string;
  /** Here koloop cannot speak first: whoever mentions tasks is shown what waits for them. */
  mayOnlyAnswer?: boolean;
};
/** A button pressed. `cardKey` is what the vendor says the card was, where it does. */
export type TapEvent = Envelope & { type: "tap"; action: Action; cardKey?: string };
/** Somebody came into the room or left it; `from` is that person. */
export type PresenceEvent = Envelope & { type: "joined" | "left" };
/** A card was seen by `from`. */
export type SeenEvent = Envelope & { type: "seen"; cardKey: string };
/** A message was taken back: its words and what was heard in them go. */
export type RecalledEvent = Envelope & { type: "recalled"; messageEventId: string };
/** `from` has put a sign of approval on a message that somebody wrote. */
export type ReactedEvent = Envelope & { type: "reacted"; messageEventId: string };
/** `from` no longer agrees to be heard by the employee `to`: their words in this room and the questions between the two go; null: by anybody. */
export type SilencedEvent = Envelope & { type: "silenced"; to: string | null };
/** The employee `to` has put a tag on `from` in the vendor's own client, or taken it off: their word, like `/tag`. */
export type HandTagEvent = Envelope & { type: "hand-tagged"; to: string; tag: string; holds: boolean };

/** All that a channel may tell koloop. */
export type Incoming =
  | MessageEvent
  | TapEvent
  | PresenceEvent
  | SeenEvent
  | RecalledEvent
  | SilencedEvent
  | HandTagEvent
  | ReactedEvent;
