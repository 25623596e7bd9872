import { z } from "zod";
import type { ContactDifference } from "#cards/contact-differences.ts";
import type { Store, Tx } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import { type WecomApi, WecomError } from "./api.ts";

/** A customer as all of their followers together give them. */
export type SyncedContact = { id: string; name: string; followers: string[] };
/** `members`: ids of employees and customers. */
export type SyncedGroup = { id: string; name: string; members: string[] };
type KnownContact = SyncedContact & { isStale: boolean };

const usersAtOnce = 100;
const contactsAtOnce = 100;
const groupsAtOnce = 1000;
/** Nobody is visible to the secret, or they have no customers. */
const noneCodes = new Set([84061, 84084]);

const cursorIn = z.string().default("");
const followSchema = z.looseObject({ follow_user: z.array(z.string()).nullish() });
const batchSchema = z.looseObject({
  external_contact_list: z
    .array(
      z.looseObject({
        external_contact: z.looseObject({ external_userid: z.string(), name: z.string().default("") }),
        follow_info: z.looseObject({ userid: z.string() }),
      }),
    )
    .nullish(),
  next_cursor: cursorIn,
});
const groupListSchema = z.looseObject({
  group_chat_list: z.array(z.looseObject({ chat_id: z.string() })).nullish(),
  next_cursor: cursorIn,
});
const groupSchema = z.looseObject({
  group_chat: z.looseObject({
    name: z.string().default(""),
    member_list: z.array(z.looseObject({ userid: z.string() })).nullish(),
  }),
});

function parsed<T>(schema: z.ZodType<T>, answer: unknown, path: string): T {
  const read = schema.safeParse(answer);
  if (!read.success) throw new WecomError("unreachable", 0, `${path}: not what was to be expected`);
  return read.data;
}

/** A customer group as it is now. Throws `WecomError`. */
export async function readGroup(api: WecomApi, secret: string, id: string): Promise<SyncedGroup> {
  const path = "externalcontact/groupchat/get";
  const answer = await api.call(secret, path, { body: { chat_id: id, need_name: 1 } });
  const { name, member_list: members } = parsed(groupSchema, answer, path).group_chat;
  return { id, name, members: (members ?? []).map(({ userid }) => userid) };
}

/** Everything of customers and their groups that the contacts' secret may see. Throws `WecomError`. */
export async function readAll(
  api: WecomApi,
  secret: string,
): Promise<{ contacts: SyncedContact[]; groups: SyncedGroup[] }> {
  const post = async <T>(path: string, schema: z.ZodType<T>, body: object): Promise<T> =>
    parsed(schema, await api.call(secret, path, { body }), path);

  const path = "externalcontact/get_follow_user_list";
  const users = parsed(followSchema, await api.call(secret, path), path).follow_user ?? [];
  const contacts = new Map<string, SyncedContact>();
  for (let i = 0; i < users.length; i += usersAtOnce) {
    const userid_list = users.slice(i, i + usersAtOnce);
    for (let cursor = "", more = true; more; more = cursor !== "") {
      const page = await orNone(
        post("externalcontact/batch/get_by_user", batchSchema, { userid_list, cursor, limit: contactsAtOnce }),
      );
      for (const { external_contact: who, follow_info: by } of page?.external_contact_list ?? []) {
        const known = contacts.get(who.external_userid) ?? { id: who.external_userid, name: who.name, followers: [] };
        if (!known.followers.includes(by.userid)) known.followers.push(by.userid);
        contacts.set(known.id, known);
      }
      cursor = page?.next_cursor ?? "";
    }
  }

  const groups: SyncedGroup[] = [];
  for (let i = 0; i < users.length; i += usersAtOnce) {
    const owner_filter = { userid_list: users.slice(i, i + usersAtOnce) };
    for (let cursor = "", more = true; more; more = cursor !== "") {
      const page = await post("externalcontact/groupchat/list", groupListSchema, {
        ...{ status_filter: 0, owner_filter, limit: groupsAtOnce },
        ...(cursor && { cursor }),
      });
      for (const { chat_id } of page.group_chat_list ?? []) {
        groups.push(await readGroup(api, secret, chat_id));
      }
      cursor = page.next_cursor;
    }
  }
  return { contacts: [...contacts.values()], groups };
}

async function orNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (fault) {
    if (fault instanceof WecomError && noneCodes.has(fault.code)) return undefined;
    throw fault;
  }
}

type Synced = { contacts: readonly SyncedContact[]; groups: readonly SyncedGroup[] };
type Known = { contacts: readonly KnownContact[]; groups: readonly { id: string; name: string }[] };

/** What WeCom says and koloop does not, or says otherwise. Groups that koloop alone knows are left out: the archive tells of more. */
export function differencesOf(now: Synced, before: Known): ContactDifference[] {
  const known = new Map(before.contacts.map((contact) => [contact.id, contact]));
  const listed = new Set(now.contacts.map(({ id }) => id));
  const titles = new Map(before.groups.map(({ id, name }) => [id, name]));
  return [
    ...now.contacts.flatMap((contact) => contactDifferences(contact, known.get(contact.id))),
    ...before.contacts
      .filter(({ id }) => !listed.has(id))
      .map(({ id, name }): ContactDifference => ({ kind: "gone-contact", id, name })),
    ...now.groups.flatMap(({ id, name }): ContactDifference[] => {
      const title = titles.get(id);
      if (title === undefined) return [{ kind: "new-group", id, name }];
      return title === name ? [] : [{ kind: "renamed-group", id, name, before: title }];
    }),
  ];
}

function contactDifferences(
  { id, name, followers }: SyncedContact,
  known: SyncedContact | undefined,
): ContactDifference[] {
  // An event has told of somebody whom nobody has asked about yet.
  const isNew = !known || (known.name === "" && known.followers.length === 0);
  if (isNew) return [{ kind: "new-contact", id, name }];
  const added = followers.filter((one) => !known.followers.includes(one));
  const left = known.followers.filter((one) => !followers.includes(one));
  return [
    ...(known.name === name ? [] : [{ kind: "renamed" as const, id, name, before: known.name }]),
    ...(added.length + left.length > 0 ? [{ kind: "followers" as const, id, name, added, left }] : []),
  ];
}

/** What koloop has kept of customers and groups. */
export const knownBefore = (store: Store): Promise<Known> =>
  store.read(async (tx) => ({
    contacts: await wecomTable(tx.connection).allContacts(),
    groups: await wecomTable(tx.connection).groupTitles(),
  }));

/**
 * Keeps what WeCom says. Profiles are begun by what is heard, not by a list: of new customers only name and followers are kept.
 * `along` is committed with it.
 */
export async function writeAll(
  store: Store,
  { contacts, groups }: Synced,
  gone: readonly string[],
  about: { at: number; newId: () => string },
  along: (tx: Tx) => Promise<void> = async () => {},
): Promise<void> {
  await store.transaction(async (tx) => {
    const table = wecomTable(tx.connection);
    for (const { id, name, followers } of contacts) {
      await table.saveContact(id, { name, followers, at: about.at });
      const identity = await tx.people.identity("wecom", id);
      const person = identity && (await tx.people.find(identity.personId));
      if (person && name !== "" && person.name !== name)
        await tx.people.change(person.id, { name, updatedAt: about.at });
    }
    for (const id of gone) await table.forgetContact(id);
    for (const group of groups) await writeGroup(tx, group, about);
    await along(tx);
  });
}

/** Keeps a group's name, and which of the people that koloop knows are in it. */
export async function writeGroup(
  tx: Tx,
  { id, name: title, members }: SyncedGroup,
  { at, newId }: { at: number; newId: () => string },
): Promise<void> {
  const room = `ag:${id}`;
  const known = await tx.conversations.find("wecom", room);
  if (known) await wecomTable(tx.connection).renameGroup(id, title);
  const conversationId = known?.id ?? newId();
  if (!known)
    await tx.conversations.add({ id: conversationId, channel: "wecom", room, kind: "group", title, createdAt: at });
  const present = new Set<string>();
  for (const member of members) {
    const identity = await tx.people.identity("wecom", member);
    if (identity) present.add(identity.personId);
  }
  const before = await tx.conversations.membersOf(conversationId);
  for (const personId of before) if (!present.has(personId)) await tx.conversations.leave(conversationId, personId, at);
  for (const personId of present)
    if (!before.includes(personId)) await tx.conversations.join(conversationId, personId, at);
}

/** A group was dissolved: nobody is in it any more. What was said there stays. */
export async function leaveGroup(tx: Tx, id: string, at: number): Promise<void> {
  const known = await tx.conversations.find("wecom", `ag:${id}`);
  if (!known) return;
  for (const personId of await tx.conversations.membersOf(known.id))
    await tx.conversations.leave(known.id, personId, at);
}
