import type { Scene } from "./context.ts";

/** Somebody has gone. Out of their own chat with koloop that means: they have blocked it, and it does not write there again. */
export async function leaveRoom({ tx, ctx, event, person, conversationId }: Scene): Promise<void> {
  await tx.conversations.leave(conversationId, person.id, event.at);
  if (event.roomKind !== "bot") return;
  const identity = await tx.people.identity(event.address.channel, event.from);
  if (!identity) return;
  await tx.people.changeIdentity(identity, { reachable: "no" });
  ctx.log.info({ channel: event.address.channel }, "a person has closed this channel to koloop");
}
