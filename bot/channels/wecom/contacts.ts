import { z } from "zod";
import type { Store } from "#db/store.ts";
import { type WecomContact, wecomTable } from "#db/wecom.ts";
import type { Context } from "#handlers/context.ts";
import { type WecomApi, WecomError } from "./api.ts";

const contactSchema = z.looseObject({
  external_contact: z.looseObject({ name: z.string() }),
  follow_user: z
    .array(
      z.looseObject({
        userid: z.string(),
        tags: z
          .array(
            z.looseObject({
              tag_name: z.string().default(""),
              tag_id: z.string().optional(),
              type: z.number().default(0),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
  next_cursor: z.string().optional(),
});

export type Follower = { userid: string; tags: { id: string | undefined; name: string }[] };
export type Contacts = {
  /** The customer as WeCom knows them, from memory where that is fresh. Waits while WeCom cannot be reached. */
  find(externalUserid: string): Promise<WecomContact>;
  /** The customer's followers as they are now, with their corp tags. Throws `WecomError`. */
  followersNow(externalUserid: string): Promise<{ name: string; followers: Follower[] }>;
  /** Something has changed: the next look is a fresh one. */
  forget(externalUserid: string): Promise<void>;
};

const freshMs = 24 * 3_600_000;
const unknownFreshMs = 300_000;
const corpTagType = 1;
const passing = new Set([40001, 40014, 42001, 45033]);

/** Who customers are: their names and who follows them, through externalcontact/get. */
export function createContacts(options: {
  store: Store;
  ctx: Context;
  api: WecomApi | undefined;
  secret: string | undefined;
  nameless: string;
}): Contacts {
  const { store, ctx, api, secret, nameless } = options;
  const asking = new Map<string, Promise<WecomContact>>();

  async function followersNow(externalUserid: string): Promise<{ name: string; followers: Follower[] }> {
    if (!api || !secret) throw new WecomError("refused", 0, "externalcontact/get: no secret for contacts is set");
    const followers: Follower[] = [];
    let name = "";
    let cursor = "";
    do {
      const query = { external_userid: externalUserid, ...(cursor && { cursor }) };
      const read = contactSchema.safeParse(await api.call(secret, "externalcontact/get", { query }));
      if (!read.success) throw new WecomError("unreachable", 0, "externalcontact/get: not what was to be expected");
      name = read.data.external_contact.name;
      for (const { userid, tags } of read.data.follow_user ?? [])
        followers.push({
          userid,
          tags: (tags ?? []).filter((t) => t.type === corpTagType).map((t) => ({ id: t.tag_id, name: t.tag_name })),
        });
      cursor = read.data.next_cursor ?? "";
    } while (cursor !== "");
    return { name, followers };
  }

  async function ask(externalUserid: string): Promise<WecomContact> {
    for (let pauseMs = 1000; ; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      try {
        const { name, followers } = await followersNow(externalUserid);
        return { name, followers: followers.map((f) => f.userid), at: ctx.now() };
      } catch (fault) {
        if (!(fault instanceof WecomError)) throw fault;
        // Tokens and concurrency pass by themselves; a card must not go out without a name for them.
        if (fault.kind === "refused" && !(passing.has(fault.code) && pauseMs < 30_000))
          return { name: nameless, followers: [], at: ctx.now() - freshMs + unknownFreshMs };
        await new Promise((resolve) => setTimeout(resolve, fault.retryAfterMs ?? pauseMs).unref());
      }
    }
  }

  async function fetched(externalUserid: string): Promise<WecomContact> {
    const contact = await ask(externalUserid);
    await store.transaction(async (tx) => {
      await wecomTable(tx.connection).saveContact(externalUserid, contact);
      const identity = await tx.people.identity("wecom", externalUserid);
      const person = identity && (await tx.people.find(identity.personId));
      if (person && contact.name !== nameless && contact.name !== "" && person.name !== contact.name)
        await tx.people.change(person.id, { name: contact.name, updatedAt: ctx.now() });
    });
    return contact;
  }

  const leaving = new Set<string>();
  let forgetting: Promise<void> | undefined;

  /** Events of customers come in swarms: what came together is forgotten in one commit. */
  async function forgetAll(): Promise<void> {
    forgetting = undefined;
    const ids = [...leaving];
    leaving.clear();
    await store.transaction(async (tx) => {
      for (const id of ids) await wecomTable(tx.connection).markContactStale(id);
    });
  }

  return {
    followersNow,
    async find(externalUserid) {
      const known = await store.read((tx) => wecomTable(tx.connection).contact(externalUserid));
      if (known && known.at + freshMs > ctx.now()) return known;
      let asked = asking.get(externalUserid);
      if (!asked) {
        asked = fetched(externalUserid).finally(() => asking.delete(externalUserid));
        asking.set(externalUserid, asked);
      }
      return asked;
    },
    forget(externalUserid) {
      leaving.add(externalUserid);
      forgetting ??= new Promise<void>((resolve) => setImmediate(resolve)).then(forgetAll);
      return forgetting;
    },
  };
}
