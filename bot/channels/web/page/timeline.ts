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

/** `readSeq`: how far had been read when the chat was opened; the line for new messages stands after it. */
export function timeline(posts: PostView[], pending: Pending[], meId: string, readSeq: number | undefined): Item[] {
  const items: Item[] = [];
  let before: { from: string; at: number; plain: boolean } | undefined;
  let unreadShown = readSeq === undefined;
  const push = (from: string, at: number, plain: boolean, make: (first: boolean) => Item) => {
    const newDay = !before || dayOf(before.at) !== dayOf(at);
    if (newDay) items.push({ type: "day", at, key: `d${dayOf(at)}` });
    const first = newDay || !plain || !before?.plain || before.from !== from || at - before.at > runMs;
    const previous = items.at(-1);
    if (!first && (previous?.type === "post" || previous?.type === "pending")) previous.last = false;
    items.push(make(first));
    before = { from, at, plain };
  };
  for (const post of posts) {
    if (!unreadShown && post.seq > readSeq! && post.from !== meId) {
      items.push({ type: "unread", key: "unread" });
      unreadShown = true;
      before = before && { ...before, from: "" };
    }
    push(post.from, post.at, post.kind !== "recalled", (first) => ({
      type: "post",
      post,
      first,
      last: true,
      key: post.id,
    }));
  }
  for (const one of pending) {
    push(meId, one.at, true, (first) => ({ type: "pending", pending: one, first, last: true, key: one.id }));
  }
  return items;
}
