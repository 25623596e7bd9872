import type { Lang } from "#cards/card.ts";
import type { Chart } from "#cards/chart.ts";
import type { Tx } from "#db/store.ts";
import type { ApprovalRule } from "#domain/approval.ts";
import type { Heard, Turn } from "#domain/cue.ts";
import type { Person } from "#domain/person.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import type { LearnedPhrase } from "#nlp/learned-phrases.ts";
import type { PeopleRules } from "#nlp/people-packs.ts";
import type { ReadQuestion } from "#nlp/question/reader.ts";
import type { ReadText } from "./gather-health.ts";
import type { Incoming, MessageEvent } from "./incoming.ts";
import type { Learner } from "./learner.ts";
import type { PeopleInMemory } from "./people-in-memory.ts";
import type { SecondThoughts } from "./second-thoughts.ts";

export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** What every handler is given; built once in `bot/main.ts`. */
export type Context = {
  /** Epoch milliseconds. */
  now: () => number;
  newId: () => string;
  /** 0 to 1. */
  chance: () => number;
  lang: Lang;
  /** IANA name of the brand's zone, for people without one of their own. */
  timeZone: string;
  /** The vocabulary as managers have made it, and as the packs have it. */
  taxonomy: Taxonomy;
  packTaxonomy: Taxonomy;
  /** What behaviour shows, and which moments matter. */
  readonly peopleRules: PeopleRules;
  readQuestion: ReadQuestion;
  /** What is heard now: the packs, and the phrases that managers have accepted. */
  extract: (turns: readonly Turn[]) => Heard;
  extractWith: (learned: readonly LearnedPhrase[]) => Context["extract"];
  /** Words with every sensitive part masked, sign by sign: what is stored or shown beyond the talk itself. */
  mask: (text: string) => string;
  /** Mood, aspects and topics of a comment below a post. */
  readComment: ReadText;
  /** A chart as a PNG. */
  drawChart: (chart: Chart) => Promise<Uint8Array>;
  /** The channels that are running: cards go nowhere else. */
  liveChannels: Pick<ReadonlySet<string>, "has">;
  /** Whether a channel delivers at present. */
  isUp: (channel: string) => boolean;
  /** Channels where a card that was answered cannot be changed again: each question has a card of its own there. */
  oneQuestionChannels: ReadonlySet<string>;
  /** Whether a room shows no buttons that can be relied on: offers carry a link to their page there. */
  isCardless: (channel: string, room: string) => boolean;
  /** Off: quiet hours and daily caps are lifted (`KOLOOP_QUIET_HOURS=off`). */
  quietHours: boolean;
  pushesPerWeek: number;
  /** When a large step needs a second person's yes. */
  approval: ApprovalRule;
  /** Where koloop is reached from outside, without a slash at the end. */
  publicUrl: string | undefined;
  /** Where koloop's own pages are for those who are signed in: the public address, or this machine's. */
  ownUrl: () => string;
  /** A link that opens koloop in a messenger with this said to it (`/start PAYLOAD`); undefined where no running channel has such. */
  startLink: (payload: string) => string | undefined;
  /** Makes a link to the page of one offer, for its KOC alone, and tells its address. */
  taskLink: (tx: Tx, assignmentId: string, personId: string) => Promise<string>;
  learner: Learner;
  secondThoughts: SecondThoughts;
  peopleInMemory: PeopleInMemory;
  log: Log;
};

/** An event with what the inbox has found out about it: who, where, and the transaction that it is handled in. */
export type Scene<E extends Incoming = Incoming> = {
  event: E;
  person: Person;
  conversationId: string;
  tx: Tx;
  ctx: Context;
};

/** A way of talking with koloop. Returns true when it has answered; the next one listens otherwise. */
export type Talk = (scene: Scene<MessageEvent>) => Promise<boolean>;
