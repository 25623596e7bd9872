import type { Block } from "#cards/card.ts";

/** A card as the page draws it: a button carries its action as the token that comes back with the press. */
export type PageCard = {
  key: string;
  title: string;
  blocks: Block[];
  buttons: { label: string; token: string; tone: "primary" | "normal" | "danger" }[];
  settled?: string;
};

/** One post in a room. `editedAt` grows each time a card is replaced in place. */
export type PostView = { seq: number; id: string; room: string; from: string; at: number; editedAt?: number } & (
  | { kind: "text"; text: string; clientId?: string }
  | { kind: "card"; card: PageCard }
  | { kind: "recalled" }
);

export type MemberView = { id: string; readSeq: number };
export type RoomView = {
  id: string;
  kind: "bot" | "direct" | "group";
  title?: string;
  members: MemberView[];
  /** At most 100: the page shows 99+. */
  unread: number;
  /** The latest post, its text cut short. */
  last?: PostView;
};

/** Somebody in a room of ours. Roles are told to employees and managers only. */
export type PersonView = { id: string; name: string; roles?: string[]; online: boolean };
export type MeView = { id: string; name: string; roles: string[]; lang: "zh" | "en" };

/** Why the server would not do as asked; the page has words for each. */
export type RefusalCode =
  | "bad-frame"
  | "too-long"
  | "too-fast"
  | "not-a-member"
  | "no-such-card"
  | "settled"
  | "too-late"
  | "not-yours"
  | "not-ready"
  | "fault";

/** What the server tells a page. */
export type ServerFrame =
  | {
      type: "hello";
      me: MeView;
      botName: string;
      rooms: RoomView[];
      people: PersonView[];
      /** What came or changed since the point that the page named; `gap`: too much, load the rooms anew. */
      missed: PostView[];
      gap: boolean;
    }
  | { type: "post"; post: PostView }
  | { type: "room"; room: RoomView; people: PersonView[] }
  | { type: "history"; id: string; room: string; posts: PostView[]; more: boolean }
  | { type: "ack"; id: string; post?: PostView }
  | { type: "refused"; id?: string; code: RefusalCode; settled?: string }
  | { type: "read"; room: string; person: string; seq: number }
  | { type: "typing"; room: string; person: string }
  | { type: "presence"; person: string; online: boolean }
  | { type: "pong" };

/** Somebody the front page of a demonstration offers to be. */
export type CastMember = {
  personId: string;
  name: string;
  /** As people read it: 顾客, KOE, KOC, 经理. */
  role: string;
  /** The room to open first. */
  roomId?: string;
  /** What this person could do first, in a few words. */
  hint?: string;
  /** Sentences to try: a press puts one into the box. */
  says?: string[];
};
