import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";

export async function tagByHand(_scene: Scene<MessageEvent>): Promise<boolean> {
  return false;
}
