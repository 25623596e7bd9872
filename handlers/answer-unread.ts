import { unreadText } from "#cards/unread.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply } from "./say.ts";

/** A voice message, a video or too large a picture, without a word: nobody is left without an answer. */
export async function answerUnread(scene: Scene<MessageEvent>): Promise<boolean> {
  const { event, person } = scene;
  if (event.unread === undefined || event.text.trim() !== "") return false;
  await reply(scene, unreadText(event.unread, person.lang));
  return true;
}
