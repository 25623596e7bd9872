import { z } from "zod";
import type { Store } from "#db/store.ts";
import { type WecomMark, wecomTable } from "#db/wecom.ts";
import { suggestionLifeMs } from "#domain/suggestion.ts";
import { labelOf } from "#domain/taxonomy.ts";
import type { Context } from "#handlers/context.ts";
import { type WecomApi, WecomError } from "./api.ts";
import type { Contacts } from "./contacts.ts";

const pollMs = 500;
/** A question lives for two weeks; one answered in that time and not mirrored this long after is not looked for any more. */
const lookBackMs = 60 * 86_400_000;
const groupName = "KoLoop";
const tagUnknown = 40068;
const tagExists = 40071;
const nameCodePoints = 30;
/** Refusals that pass by themselves: tokens, too many calls at once, a tag that somebody else is just changing. */
const passing = new Set([40001, 40014, 42001, 45033, tagUnknown, tagExists]);
const atOnce = 8;

const groupSchema = z.looseObject({
  group_id: z.string().optional(),
  group_name: z.string().default(""),
  tag: z.array(z.looseObject({ id: z.string(), name: z.string(), deleted: z.boolean().optional() })).nullish(),
  deleted: z.boolean().optional(),
});
const listSchema = z.looseObject({ tag_group: z.array(groupSchema).nullish() });
const addedSchema = z.looseObject({ tag_group: groupSchema });

/** The names that a corp tag for this label may have: with and without the part before the colon. */
export function namesOf(label: string): string[] {
  const rest = label
    .split(/[:\uff1a]/)
    .slice(1)
    .join(":");
  return rest === "" ? [label] : [label, rest];
}

export type TagMirror = { start(): void; stop(): Promise<void>; nudge(): void };

/**
 * Writes confirmed tags to the pair of employee and customer in WeCom, one job per answered question. A job first looks whether the
 * tag is there, so that neither a crash nor a lost answer marks it twice. Tags are only ever added.
 */
export function createTagMirror(options: {
  store: Store;
  ctx: Context;
  api: WecomApi;
  secret: string;
  contacts: Contacts;
}): TagMirror {
  const { store, ctx, api, secret, contacts } = options;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  async function noteJobs(): Promise<void> {
    const found = await store.read(async (tx) => {
      const table = wecomTable(tx.connection);
      const since = ctx.now() - lookBackMs;
      return [...(await table.unmirroredTags(since, suggestionLifeMs)), ...(await table.unmirroredHandTags(since))];
    });
    if (found.length === 0) return;
    await store.transaction(async (tx) => {
      for (const { tag, ...pair } of found)
        await wecomTable(tx.connection).addMark({ ...pair, label: labelOf(ctx.taxonomy, tag, "zh") }, ctx.now());
    });
  }

  async function corpTags() {
    const read = listSchema.safeParse(
      await api.call(secret, "externalcontact/get_corp_tag_list", { body: { tag_id: [], group_id: [] } }),
    );
    if (!read.success) throw new WecomError("unreachable", 0, "get_corp_tag_list: not what was to be expected");
    const groups = (read.data.tag_group ?? []).filter((group) => !group.deleted);
    const tags = groups.flatMap((group) => group.tag ?? []).filter((tag) => !tag.deleted);
    const idOf = (names: string[]) =>
      names.map((name) => tags.find((tag) => tag.name === name)?.id).find((id) => id !== undefined);
    return { idOf, ownGroup: groups.find((group) => group.group_name === groupName)?.group_id };
  }

  async function corpTagMade(names: string[]): Promise<string> {
    const { idOf, ownGroup } = await corpTags();
    const known = idOf(names);
    if (known) return known;
    const name = [...(names[0] as string)].slice(0, nameCodePoints).join("");
    try {
      const answer = await api.call(secret, "externalcontact/add_corp_tag", {
        body: { ...(ownGroup ? { group_id: ownGroup } : { group_name: groupName }), tag: [{ name }] },
        once: true,
      });
      const made = addedSchema.safeParse(answer);
      const id = made.success ? made.data.tag_group.tag?.find((tag) => tag.name === name)?.id : undefined;
      if (id) return id;
    } catch (fault) {
      if (!(fault instanceof WecomError) || fault.code !== tagExists) throw fault;
    }
    const id = (await corpTags()).idOf([name, ...names]);
    if (id) return id;
    throw new WecomError("unreachable", 0, "the corp tag was made and is not in the list yet");
  }

  let making: Promise<unknown> = Promise.resolve();

  /** One after the other: two jobs of one name must not both find it missing. */
  function corpTagFor(names: string[]): Promise<string> {
    const made = making.then(() => corpTagMade(names));
    making = made.catch(() => {});
    return made;
  }

  async function mark({ userid, externalUserid, label }: WecomMark, isSecondTry = false): Promise<void> {
    const names = namesOf(label);
    const { followers } = await contacts.followersNow(externalUserid);
    const held = followers.find((follower) => follower.userid === userid)?.tags ?? [];
    if (held.some((tag) => names.includes(tag.name))) return;
    const id = await corpTagFor(names);
    if (held.some((tag) => tag.id === id)) return;
    const body = { userid, external_userid: externalUserid, add_tag: [id] };
    try {
      await api.call(secret, "externalcontact/mark_tag", { body, once: true });
    } catch (fault) {
      // The tag was deleted between the look and the mark.
      if (fault instanceof WecomError && fault.code === tagUnknown && !isSecondTry)
        return mark({ userid, externalUserid, label } as WecomMark, true);
      throw fault;
    }
  }

  async function attempt(job: WecomMark): Promise<void> {
    const settle = (work: (table: ReturnType<typeof wecomTable>) => Promise<void>) =>
      store.transaction((tx) => work(wecomTable(tx.connection)));
    try {
      await mark(job);
      await settle((table) => table.settleMark(job.suggestionId, "done", null));
    } catch (fault) {
      const message = fault instanceof Error ? fault.message : String(fault);
      if (fault instanceof WecomError && fault.kind === "refused" && finalCodes.has(fault.code)) {
        ctx.log.warn({ code: fault.code }, "a confirmed tag cannot be written to WeCom; koloop keeps it for itself");
        return settle((table) => table.settleMark(job.suggestionId, "dead", message));
      }
      const pauseMs = pauseAfter(fault, job.attempts);
      ctx.log.warn({ attempts: job.attempts, err: message }, "a confirmed tag could not be written to WeCom yet");
      await settle((table) => table.putOffMark(job.suggestionId, ctx.now() + pauseMs, message));
    }
  }

  const working = new Map<string, Promise<void>>();

  /** Jobs run side by side, so that one that waits for WeCom holds up no other; those of one pair one after the other. */
  async function work(): Promise<void> {
    await noteJobs();
    const due = await store.read((tx) => wecomTable(tx.connection).dueMarks(ctx.now()));
    for (const job of due) {
      const pair = `${job.userid} ${job.externalUserid}`;
      if (working.size >= atOnce || working.has(pair)) continue;
      working.set(
        pair,
        attempt(job)
          .catch((err) =>
            ctx.log.error({ err }, "what came of a confirmed tag could not be kept; it is looked at again"),
          )
          .finally(() => working.delete(pair)),
      );
    }
  }

  const look = (): Promise<void> => {
    looking ??= work().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const inBackground = (): void => {
    look().catch((err) => ctx.log.error({ err }, "confirmed tags could not be mirrored; it is tried again"));
  };

  return {
    nudge: inBackground,
    start() {
      timer = setInterval(inBackground, pollMs);
      inBackground();
    },
    async stop() {
      clearInterval(timer);
      await looking?.catch(() => {});
      await Promise.allSettled(working.values());
    },
  };
}

/** No relation any more, people or tags that WeCom does not know, bodies it does not take: asking again changes nothing. */
const finalCodes = new Set([84061, 84084, 40096, 40003, 60111, 60011, 40035, 40058, 40072]);
/** Secrets, rights and addresses are set right by a person, in minutes rather than seconds. */
const configMs = 5 * 60_000;

function pauseAfter(fault: unknown, attempts: number): number {
  if (!(fault instanceof WecomError)) return backoff(attempts);
  if (fault.kind === "refused" && !passing.has(fault.code)) return configMs;
  return fault.retryAfterMs ?? backoff(attempts);
}

const backoff = (attempts: number): number => Math.min(1000 * 2 ** attempts, 60_000);
