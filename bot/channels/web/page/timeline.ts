import type { PostView } from "../wire.ts";
import { dayOf } from "./dates.ts";
import type { Pending } from "./state.ts";

/** What stands in a chat, from top to bottom. `first` and `last` tell whether a post opens or closes a run of one sender's. */
export type Item =
  | { type: "day"; at: number; key: string }
  | { type: "unread"; key: string }
  | { type: "post"; post: PostView; first: boolean; last: boolean; key: string }
  | { type: "pending"; pending: Pending; first: boolean; last: boolean; key: string };

/** Posts of one sender within this time stand together. */
const runMs = 5 * 60_000;

type Said = { from: string; at: number /** A run goes through words and cards, not through a note. */; plain: boolean };

/** `readSeq`: how far had been read when the chat was opened; the line for new messages stands after it. */
export function timeline(posts: PostView[], pending: Pending[], meId: string, readSeq: number | undefined): Item[] {
  const items: Item[] = [];
  // Where nothing had been read before there is nothing to set the new apart from.
  const firstUnread = readSeq ? posts.find((post) => post.seq > readSeq && post.from !== meId) : undefined;
  let before: Said | undefined;

  /** Puts what stands between two posts, and tells whether a new run begins. */
  const open = (said: Said, isFirstUnread: boolean): boolean => {
    const newDay = !before || dayOf(before.at) !== dayOf(said.at);
    if (newDay) items.push({ type: "day", at: said.at, key: `d${dayOf(said.at)}` });
    if (isFirstUnread) items.push({ type: "unread", key: "unread" });
    const goesOn = before?.plain && said.plain && before.from === said.from && said.at - before.at <= runMs;
    before = said;
    const first = newDay || isFirstUnread || !goesOn;
    const previous = items.at(-1);
    if (!first && (previous?.type === "post" || previous?.type === "pending")) previous.last = false;
    return first;
  };

  for (const post of posts) {
    const said = { from: post.from, at: post.at, plain: post.kind !== "recalled" };
    const first = open(said, post === firstUnread && post !== posts[0]);
    items.push({ type: "post", post, first, last: true, key: post.id });
  }
  for (const one of pending) {
    const first = open({ from: meId, at: one.at, plain: true }, false);
    items.push({ type: "pending", pending: one, first, last: true, key: one.id });
  }
  return items;
}
