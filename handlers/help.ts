import { helpCard } from "#cards/help.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply } from "./say.ts";

/** `帮助`, `help`, `?`; and for staff whatever else was not understood. What members say freely is heard, not answered with a manual. */
export async function help(scene: Scene<MessageEvent>): Promise<boolean> {
  const asked = /^[//]?(帮助|help|怎么用|你能做什么|start|菜单|[??])[??!!]?$/i.test(scene.event.text.trim());
  if (!asked && !mayAtAll(scene.person, "desk.use")) return false;
  // A card of its own each time: changed in place, an answer further up would look like silence.
  await reply(scene, { ...helpCard(scene.person, scene.person.lang), key: `help-${scene.event.eventId}` });
  return true;
}
