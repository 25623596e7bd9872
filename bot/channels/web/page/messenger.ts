import type { Frame } from "../receive.ts";
import type { PostView, RefusalCode, ServerFrame } from "../wire.ts";
import { api, withTicket } from "./api.ts";
import { type Connection, connect } from "./connection.ts";
import { emptyState, heard, leftOff, pressed, releaseTap, type State } from "./state.ts";
import { type Lang, type Say, sayIn } from "./words.ts";

/** The server's own limit (`../receive.ts`), told before a long text travels. */
const maxTextLength = 100_000;
const typingEveryMs = 2500;
/** How long a pressed button stays down after the answer, where its card does not change. */
const releaseMs = 700;

export type Messenger = ReturnType<typeof createMessenger>;

/** The page's memory and its line to the server; views read `state()` and call the orders. */
export function createMessenger(lang: Lang, onSignedOut: () => void) {
  let state: State = emptyState;
  let say: Say = sayIn(lang);
  let connection: Connection | undefined;
  let notices = 0;
  let lastTyping = 0;
  const listeners = new Set<() => void>();
  const arrivals = new Set<(post: PostView) => void>();
  const seenCards = new Set<string>();

  const set = (next: State) => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  const notice = (text: string) => set({ ...state, notice: { text, id: ++notices } });
  const newId = () => crypto.randomUUID();

  const onFrame = (frame: ServerFrame) => {
    set(heard(state, frame, Date.now()));
    if (frame.type === "post") for (const arrived of arrivals) arrived(frame.post);
    if (frame.type === "ack" && !frame.post) {
      setTimeout(() => set(releaseTap(state, frame.id)), releaseMs);
    }
    if (frame.type === "refused") {
      notice(frame.settled ?? say(`refused.${frame.code satisfies RefusalCode}`));
    }
    if (frame.type === "hello") {
      // After a gap the open logs are gone: load them again.
      for (const roomId of openLogs) if (!state.logs[roomId]) load(roomId);
    }
  };

  const url = () => {
    const at = leftOff(state);
    const query = at ? `?after=${at.seq}&edited=${at.edited}` : "";
    return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${withTicket(`/ws${query}`)}`;
  };

  const openLogs = new Set<string>();
  const load = (roomId: string, before?: number) => {
    const log = state.logs[roomId] ?? { posts: [], more: true, loading: false };
    if (log.loading) return;
    openLogs.add(roomId);
    set({ ...state, logs: { ...state.logs, [roomId]: { ...log, loading: true } } });
    connection?.ask({ type: "history", id: newId(), room: roomId, ...(before ? { before } : {}) });
  };

  const post = (id: string, room: string, text: string) => {
    set({ ...state, pending: [...state.pending.filter((one) => one.id !== id), { id, room, text, at: Date.now() }] });
    connection?.ask({ type: "send", id, room, text });
  };

  return {
    state: () => state,
    say: () => say,
    notice,

    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /** Calls back for each post that comes in while the page is open. */
    onArrival(listener: (post: PostView) => void): () => void {
      arrivals.add(listener);
      return () => arrivals.delete(listener);
    },

    start() {
      connection = connect({
        url,
        onFrame,
        onLine: (line) => set({ ...state, line }),
        onRefused: onSignedOut,
        isSignedIn: async () => (await api<{ me: unknown }>("/api/me")).me !== null,
      });
    },

    stop: () => connection?.close(),

    speak(next: Lang) {
      say = sayIn(next);
      set({ ...state });
    },

    /** Loads the room's latest posts at its first opening. */
    open(roomId: string) {
      if (!state.logs[roomId]) load(roomId);
    },

    loadOlder(roomId: string) {
      const log = state.logs[roomId];
      if (log?.more && log.posts[0]) load(roomId, log.posts[0].seq);
    },

    /** False where the text may not be sent; the reason was shown. */
    send(room: string, text: string): boolean {
      if (text.trim() === "") return false;
      if (text.length > maxTextLength) {
        notice(say("refused.too-long"));
        return false;
      }
      lastTyping = 0;
      post(newId(), room, text);
      return true;
    },

    retry(id: string) {
      const failed = state.pending.find((one) => one.id === id);
      if (failed) post(id, failed.room, failed.text);
    },

    discard: (id: string) => set({ ...state, pending: state.pending.filter((one) => one.id !== id) }),

    tap(card: PostView, token: string) {
      if (state.taps[card.id]) return;
      const id = newId();
      set(pressed(state, card.id, token, id));
      connection?.ask({ type: "tap", id, room: card.room, post: card.id, token });
    },

    recall: (message: PostView) =>
      connection?.ask({ type: "recall", id: newId(), room: message.room, post: message.id }),

    sawCard(card: PostView) {
      if (seenCards.has(card.id)) return;
      seenCards.add(card.id);
      connection?.tell({ type: "seen", room: card.room, post: card.id });
    },

    read(roomId: string, seq: number) {
      const room = state.rooms[roomId];
      const mine = room?.members.find((member) => member.id === state.me?.id);
      if (!room || !mine || mine.readSeq >= seq || !state.me) return;
      const frame: Extract<Frame, { type: "read" }> = { type: "read", room: roomId, seq };
      connection?.tell(frame);
      set(heard(state, { ...frame, person: state.me.id }, Date.now()));
    },

    draft(roomId: string, text: string) {
      set({ ...state, drafts: { ...state.drafts, [roomId]: text } });
      const now = Date.now();
      if (text.trim() === "" || now - lastTyping < typingEveryMs) return;
      lastTyping = now;
      connection?.tell({ type: "typing", room: roomId });
    },
  };
}
