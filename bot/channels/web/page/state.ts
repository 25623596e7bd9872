import type { MeView, PersonView, PostView, RoomView, ServerFrame } from "../wire.ts";

/** A message on its way: shown at once, kept until the server says that it has it. */
export type Pending = { id: string; room: string; text: string; at: number; failed?: boolean };
export type Log = { posts: PostView[]; more: boolean; loading: boolean };

export type State = {
  me?: MeView;
  botName: string;
  rooms: Record<string, RoomView>;
  people: Record<string, PersonView>;
  /** Only rooms that were opened; a log has no gaps from its first post on. */
  logs: Record<string, Log>;
  pending: Pending[];
  /** The button pressed on a card that has not answered yet, by post. */
  taps: Record<string, string>;
  typing: Record<string, { person: string; until: number }>;
  drafts: Record<string, string>;
  line: "connecting" | "open" | "lost";
  notice?: { text: string; id: number };
};

export const emptyState: State = {
  botName: "koloop",
  rooms: {},
  people: {},
  logs: {},
  pending: [],
  taps: {},
  typing: {},
  drafts: {},
  line: "connecting",
};

/** How long somebody counts as typing after the last sign of it. */
export const typingMs = 4000;

/** What the page knows after the server has spoken. Hearing the same thing twice changes nothing. */
export function heard(state: State, frame: ServerFrame, now: number): State {
  switch (frame.type) {
    case "hello":
      return greeted(state, frame);
    case "post":
      return posted(state, frame.post);
    case "room":
      return {
        ...state,
        rooms: { ...state.rooms, [frame.room.id]: frame.room },
        people: { ...state.people, ...byId(frame.people) },
      };
    case "history":
      return withHistory(state, frame);
    case "ack":
      return acknowledged(state, frame.id, frame.post);
    case "refused":
      return frame.id === undefined ? state : refused(state, frame.id);
    case "read":
      return readBy(state, frame);
    case "typing":
      return {
        ...state,
        typing: { ...state.typing, [frame.room]: { person: frame.person, until: now + typingMs } },
      };
    case "presence": {
      const person = state.people[frame.person];
      if (!person) return state;
      return { ...state, people: { ...state.people, [person.id]: { ...person, online: frame.online } } };
    }
    case "pong":
      return state;
  }
}

function greeted(state: State, frame: Extract<ServerFrame, { type: "hello" }>): State {
  const fresh: State = {
    ...state,
    me: frame.me,
    botName: frame.botName,
    people: byId(frame.people),
    line: "open",
    taps: {},
    logs: frame.gap ? {} : state.logs,
  };
  // The rooms of the greeting count what was missed already: the posts only go into their logs.
  const caughtUp = frame.missed.reduce(intoLog, fresh);
  return { ...caughtUp, rooms: byId(frame.rooms) };
}

function byId<T extends { id: string }>(list: T[]): Record<string, T> {
  return Object.fromEntries(list.map((one) => [one.id, one]));
}

function posted(state: State, post: PostView): State {
  const room = state.rooms[post.room];
  if (!room) return state;
  const isNew = !room.last || post.seq > room.last.seq;
  const isLast = isNew || post.seq === room.last?.seq;
  const counts = isNew && post.from !== state.me?.id;
  const changed: RoomView = {
    ...room,
    last: isLast ? post : room.last,
    unread: counts ? Math.min(100, room.unread + 1) : room.unread,
  };
  const typing = { ...state.typing };
  if (typing[post.room]?.person === post.from) delete typing[post.room];
  return intoLog({ ...state, rooms: { ...state.rooms, [room.id]: changed }, typing }, post);
}

/** Puts a post where it belongs, or in the place of its earlier form; what is older than the log begins is left for history. */
function intoLog(state: State, post: PostView): State {
  const taps = { ...state.taps };
  delete taps[post.id];
  const pending =
    post.kind === "text" && post.clientId && post.from === state.me?.id
      ? state.pending.filter((one) => one.id !== post.clientId)
      : state.pending;
  const log = state.logs[post.room];
  const first = log?.posts[0];
  if (!log || (first && post.seq < first.seq && log.more)) return { ...state, taps, pending };
  const logs = { ...state.logs, [post.room]: { ...log, posts: merged(log.posts, [post]) } };
  return { ...state, taps, pending, logs };
}

function merged(posts: PostView[], more: PostView[]): PostView[] {
  // A card that was moved to the end comes under its old id with a new place.
  const movedTo = new Map(more.map((post) => [post.id, post.seq]));
  const kept = posts.filter((post) => (movedTo.get(post.id) ?? post.seq) <= post.seq);
  const bySeq = new Map(kept.map((post) => [post.seq, post]));
  for (const post of more) {
    const there = bySeq.get(post.seq);
    // History may be read just before a card changes and arrive just after: the later form stays.
    if (!there || (there.editedAt ?? 0) <= (post.editedAt ?? 0)) bySeq.set(post.seq, post);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function withHistory(state: State, frame: Extract<ServerFrame, { type: "history" }>): State {
  const posts = merged(state.logs[frame.room]?.posts ?? [], frame.posts);
  return { ...state, logs: { ...state.logs, [frame.room]: { posts, more: frame.more, loading: false } } };
}

function acknowledged(state: State, id: string, post: PostView | undefined): State {
  const pending = state.pending.filter((one) => one.id !== id);
  // A press stays down until the card changes, so that it can't be pressed again in between; see `releaseTap`.
  return post ? posted({ ...state, pending }, post) : { ...state, pending };
}

function refused(state: State, id: string): State {
  const pending = state.pending.map((one) => (one.id === id ? { ...one, failed: true } : one));
  return releaseTap({ ...state, pending }, id);
}

/** Notes which button of a post was pressed; `id` is the press's own. */
export function pressed(state: State, postId: string, token: string, id: string): State {
  return { ...state, taps: { ...state.taps, [postId]: `${token} ${id}` } };
}

/** Lets go of a press that was answered without a change of its card. */
export function releaseTap(state: State, id: string): State {
  const taps = Object.entries(state.taps);
  const others = taps.filter(([, tap]) => !tap.endsWith(` ${id}`));
  return others.length === taps.length ? state : { ...state, taps: Object.fromEntries(others) };
}

function readBy(state: State, frame: Extract<ServerFrame, { type: "read" }>): State {
  const room = state.rooms[frame.room];
  if (!room) return state;
  const members = room.members.map((member) =>
    member.id === frame.person ? { ...member, readSeq: Math.max(member.readSeq, frame.seq) } : member,
  );
  const mine = frame.person === state.me?.id;
  const unread = mine ? stillUnread(state, room, frame.seq) : room.unread;
  return { ...state, rooms: { ...state.rooms, [room.id]: { ...room, members, unread } } };
}

function stillUnread(state: State, room: RoomView, seq: number): number {
  if (!room.last || room.last.seq <= seq) return 0;
  const later = state.logs[room.id]?.posts.filter((post) => post.seq > seq && post.from !== state.me?.id);
  return later ? later.length : room.unread;
}

/** Where the page stands: the last post it knows of, and the latest change. The server tells what came after. */
export function leftOff(state: State): { seq: number; edited: number } | undefined {
  const posts = [
    ...Object.values(state.rooms).flatMap((room) => (room.last ? [room.last] : [])),
    ...Object.values(state.logs).flatMap((log) => log.posts),
  ];
  if (posts.length === 0) return undefined;
  return {
    seq: Math.max(...posts.map((post) => post.seq)),
    edited: Math.max(...posts.map((post) => Math.max(post.at, post.editedAt ?? 0))),
  };
}

/** The rooms, the freshest first; those where nothing was said yet come last, by name of their id. */
export function roomsByFreshness(state: State): RoomView[] {
  return Object.values(state.rooms).sort(
    (a, b) =>
      (b.last?.seq ?? 0) - (a.last?.seq ?? 0) ||
      Number(b.kind === "bot") - Number(a.kind === "bot") ||
      (a.id < b.id ? -1 : 1),
  );
}

export function totalUnread(state: State): number {
  return Object.values(state.rooms).reduce((sum, room) => sum + room.unread, 0);
}
