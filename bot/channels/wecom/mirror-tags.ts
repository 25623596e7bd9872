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

const groupSchema = z.looseObject({
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

export type TagMirror = { start(): void; stop(): Promise<void>; nudge(): void; drain(): Promise<void> };

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
  let working: Promise<void> | undefined;

  async function noteJobs(): Promise<void> {
    const found = await store.read((tx) =>
      wecomTable(tx.connection).unmirroredTags(ctx.now() - lookBackMs, suggestionLifeMs),
    );
    if (found.length === 0) return;
    await store.transaction(async (tx) => {
      for (const { tag, ...pair } of found)
        await wecomTable(tx.connection).addMark({ ...pair, label: labelOf(ctx.taxonomy, tag, "zh") }, ctx.now());
    });
  }

  async function corpTag(names: string[]): Promise<string | undefined> {
    const read = listSchema.safeParse(
      await api.call(secret, "externalcontact/get_corp_tag_list", { body: { tag_id: [], group_id: [] } }),
    );
    if (!read.success) throw new WecomError("unreachable", 0, "get_corp_tag_list: not what was to be expected");
    const tags = (read.data.tag_group ?? []).filter((g) => !g.deleted).flatMap((g) => g.tag ?? []);
    for (const name of names) {
      const found = tags.find((tag) => tag.name === name && !tag.deleted);
      if (found) return found.id;
    }
    return undefined;
  }

  async function corpTagMade(names: string[]): Promise<string> {
    const known = await corpTag(names);
    if (known) return known;
    const name = [...(names[0] as string)].slice(0, nameCodePoints).join("");
    try {
      const answer = await api.call(secret, "externalcontact/add_corp_tag", {
        body: { group_name: groupName, tag: [{ name }] },
        once: true,
      });
      const made = addedSchema.safeParse(answer);
      const id = made.success ? made.data.tag_group.tag?.find((tag) => tag.name === name)?.id : undefined;
      if (id) return id;
    } catch (fault) {
      if (!(fault instanceof WecomError) || fault.code !== tagExists) throw fault;
    }
    const id = await corpTag([name, ...names]);
    if (id) return id;
    throw new WecomError("unreachable", 0, "the corp tag was made and is not in the list yet");
  }

  async function mark({ userid, externalUserid, label }: WecomMark, isSecondTry = false): Promise<void> {
    const names = namesOf(label);
    const { followers } = await contacts.followersNow(externalUserid);
    const held = followers.find((follower) => follower.userid === userid)?.tags ?? [];
    if (held.some((tag) => names.includes(tag.name))) return;
    const id = await corpTagMade(names);
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
      if (fault instanceof WecomError && fault.kind === "refused" && isFinal(fault.code)) {
        ctx.log.warn({ code: fault.code }, "a confirmed tag cannot be written to WeCom; koloop keeps it for itself");
        return settle((table) => table.settleMark(job.suggestionId, "dead", message));
      }
      const pauseMs =
        fault instanceof WecomError && fault.retryAfterMs !== undefined ? fault.retryAfterMs : backoff(job.attempts);
      ctx.log.warn({ attempts: job.attempts, err: message }, "a confirmed tag could not be written to WeCom yet");
      await settle((table) => table.putOffMark(job.suggestionId, ctx.now() + pauseMs, message));
    }
  }

  async function work(): Promise<void> {
    await noteJobs();
    const due = await store.read((tx) => wecomTable(tx.connection).dueMarks(ctx.now()));
    for (const job of due) await attempt(job);
  }

  const run = (): Promise<void> => {
    working ??= work().finally(() => {
      working = undefined;
    });
    return working;
  };
  const inBackground = (): void => {
    run().catch((err) => ctx.log.error({ err }, "confirmed tags could not be mirrored; it is tried again"));
  };

  return {
    nudge: inBackground,
    drain: run,
    start() {
      timer = setInterval(inBackground, pollMs);
      inBackground();
    },
    async stop() {
      clearInterval(timer);
      await working?.catch(() => {});
    },
  };
}

/** No relation any more, unknown people, the app has no right: asking again changes nothing. Token faults may pass. */
const isFinal = (code: number): boolean => ![40001, 40014, 42001, 45033].includes(code);

const backoff = (attempts: number): number => Math.min(1000 * 2 ** attempts, 60_000);
