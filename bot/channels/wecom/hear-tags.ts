import { createHash } from "node:crypto";
import type { Store } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import { tagsNamed } from "#domain/tag-name.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { WecomError } from "./api.ts";
import type { Contacts } from "./contacts.ts";
import { namesOf } from "./mirror-tags.ts";

/** An edit is heard of before its answer shows it, and a swarm of edits is one look. */
const lookAfterMs = 300;
const triesAtMost = 6;

export type TagEar = {
  /** Something about this customer was edited at that time: what the employees' tags say now is looked at soon. */
  edited(externalUserid: string, at: number): void;
  stop(): Promise<void>;
};

/**
 * Hears the corp tags that employees set by hand in WeCom: what a pair has now and had not, or has no longer, is that employee's word.
 * koloop's own marks come back as events too; they are known by their jobs.
 */
export function createTagEar(options: {
  store: Store;
  ctx: Context;
  contacts: Contacts;
  channel: string;
  receive: (event: Incoming) => Promise<void>;
}): TagEar {
  const { store, ctx, contacts, channel, receive } = options;
  const waiting = new Map<string, NodeJS.Timeout>();
  const looking = new Set<Promise<void>>();

  function later(externalUserid: string, at: number, attempt: number): void {
    if (attempt >= triesAtMost) return;
    clearTimeout(waiting.get(externalUserid));
    const timer = setTimeout(
      () => {
        waiting.delete(externalUserid);
        const look = lookAt(externalUserid, at)
          .catch((fault) => {
            if (fault instanceof WecomError && fault.kind === "refused") return;
            ctx.log.warn({ err: fault, attempt }, "tags set by hand could not be looked at yet");
            later(externalUserid, at, attempt + 1);
          })
          .finally(() => looking.delete(look));
        looking.add(look);
      },
      lookAfterMs * 4 ** attempt,
    );
    waiting.set(externalUserid, timer);
  }

  async function lookAt(externalUserid: string, at: number): Promise<void> {
    const { followers } = await contacts.followersNow(externalUserid);
    for (const { userid, tags } of followers) {
      const now = new Set(tags.map((tag) => tag.name).filter((name) => name !== ""));
      const { before, own } = await store.read(async (tx) => {
        const table = wecomTable(tx.connection);
        return {
          before: await table.pairTags(userid, externalUserid),
          own: new Set((await table.markedLabels(userid, externalUserid)).flatMap(namesOf)),
        };
      });
      const added = [...now].filter((name) => !before.has(name) && !own.has(name));
      const gone = [...before].filter((name) => !now.has(name));
      for (const name of added) await tell({ userid, externalUserid, name, holds: true, at });
      for (const name of gone) await tell({ userid, externalUserid, name, holds: false, at });
      if (gone.length === 0 && now.size === before.size) continue;
      await store.transaction((tx) => wecomTable(tx.connection).setPairTags(userid, externalUserid, now, ctx.now()));
    }
  }

  /** Corp tags that koloop's taxonomy does not know are the corp's own business. */
  async function tell(word: {
    userid: string;
    externalUserid: string;
    name: string;
    holds: boolean;
    at: number;
  }): Promise<void> {
    const { userid, externalUserid, name, holds, at } = word;
    const tags = tagsNamed(ctx.taxonomy, name).filter((tag) =>
      namesOf(ctx.taxonomy.tags.get(tag)?.zh ?? "").includes(name),
    );
    const [tag] = tags;
    if (tag === undefined || tags.length > 1) return;
    await receive({
      type: "hand-tagged",
      eventId: `hand:${createHash("sha256").update(JSON.stringify(word)).digest("base64url")}`,
      from: externalUserid,
      fromName: (await contacts.find(externalUserid)).name,
      address: { channel, room: `a:${userid}:${externalUserid}` },
      roomKind: "direct",
      at,
      to: userid,
      tag,
      holds,
    });
  }

  return {
    edited: (externalUserid, at) => later(externalUserid, at, 0),
    async stop() {
      for (const timer of waiting.values()) clearTimeout(timer);
      await Promise.allSettled(looking);
    },
  };
}
