import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Store, Tx } from "#db/store.ts";
import { newPerson, type Role } from "#domain/person.ts";
import { platformNames } from "#domain/platform.ts";
import { newAssignment, type Task } from "#domain/task.ts";
import type { Context } from "#handlers/context.ts";
import { keepByName } from "#handlers/suit-tasks.ts";
import { staffRoom } from "./channels/wecom/channel.ts";
import { wecomChannel } from "./channels/wecom/config.ts";
import { kfRoom } from "./channels/wecom/kf/receive.ts";
import { ConfigError } from "./config.ts";

const id = z.union([z.string().min(1), z.number().int().transform(String)]);
const name = z.string().min(1).nullish();
const list = <T extends z.ZodType>(of: T) =>
  z
    .array(of)
    .nullish()
    .transform((given) => given ?? []);
/** What the file leaves out is empty; a name is the id until somebody is met, a role the one with the fewest rights. */
const seedSchema = z.object({
  employees: list(z.object({ userid: id, name, role: z.enum(["manager", "employee"]).nullish() })),
  kocs: list(z.object({ external_userid: id, name, follower: id.nullish() })),
  tasks: list(
    z.object({
      id,
      title: z.string().min(1),
      brief: z.string().nullish(),
      platforms: list(z.string()),
      for: list(id),
      offer_by: z.string().nullish(),
    }),
  ),
});
/** The file names no forms: whoever takes the task chooses among the usual ones. */
const seededForms = ["photo_text", "video", "longform"];
type Seed = z.infer<typeof seedSchema>;

/**
 * Brings in the people and tasks of a file (`KOLOOP_SEED`). What is there already stays as it is, whatever has happened to it since:
 * loading the same file again changes nothing. Throws `ConfigError` where the file cannot be used.
 */
export async function loadSeed(store: Store, ctx: Context, path: string): Promise<void> {
  const seed = readSeed(path);
  await store.transaction(async (tx) => {
    for (const { userid, name, role } of seed.employees)
      await ensurePerson(tx, ctx, {
        externalId: userid,
        name: name ?? userid,
        roles: [role === "manager" ? "manager" : "koe"],
        room: staffRoom(userid),
      });
    for (const { external_userid: externalId, name, follower } of seed.kocs) {
      const owner = follower == null ? undefined : await tx.people.identity(wecomChannel, follower);
      const roles: Role[] = ["koc", "customer"];
      await ensurePerson(tx, ctx, {
        externalId,
        name: name ?? externalId,
        roles,
        room: kfRoom(externalId),
        ownerId: owner?.personId,
      });
    }
    for (const task of seed.tasks) await ensureTask(tx, ctx, task);
  });
}

function readSeed(path: string): Seed {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (fault) {
    throw new ConfigError(`KOLOOP_SEED: the file cannot be read as JSON (${(fault as Error).message})`);
  }
  const read = seedSchema.safeParse(json);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new ConfigError(`KOLOOP_SEED: the file is not what koloop expects:\n${faults.join("\n")}`);
}

type Seeded = { externalId: string; name: string; roles: Role[]; room: string; ownerId?: string | undefined };

async function ensurePerson(tx: Tx, ctx: Context, { externalId, name, roles, room, ownerId }: Seeded): Promise<void> {
  const now = ctx.now();
  const known = await tx.people.identity(wecomChannel, externalId);
  if (known) {
    const person = await tx.people.find(known.personId);
    const missing = person ? roles.filter((role) => !person.roles.includes(role)) : [];
    // Somebody the archive or kf has met before the file named them.
    if (person && missing.length > 0)
      await tx.people.change(person.id, { roles: [...person.roles, ...missing], updatedAt: now });
    if (known.room === null) await tx.people.changeIdentity(known, { room });
    return;
  }
  const person = newPerson({
    id: ctx.newId(),
    name,
    roles,
    ownerId: ownerId ?? null,
    joinedAt: now,
    lang: ctx.lang,
    consent: "yes",
    createdAt: now,
  });
  await tx.people.add(person);
  await tx.people.addIdentity({
    id: ctx.newId(),
    personId: person.id,
    channel: wecomChannel,
    externalId,
    name,
    room,
    reachable: "yes",
    lastSeenAt: null,
    linkedAt: now,
  });
}

/** The file's ids may be anything; koloop's own travel in buttons. */
async function ensureTask(tx: Tx, ctx: Context, seeded: Seed["tasks"][number]): Promise<void> {
  const key = `seed:task:${seeded.id}`;
  const now = ctx.now();
  const knownId = await tx.settings.get(key);
  const task = knownId === undefined ? taskOf(ctx, seeded) : await tx.tasks.find(knownId);
  if (!task) return;
  if (knownId === undefined) {
    await tx.tasks.add(task);
    await tx.settings.set(key, task.id, now);
    if (seeded.for.length > 0) await keepByName(tx, task.id, now);
  }
  for (const externalId of seeded.for) {
    const identity = await tx.people.identity(wecomChannel, externalId);
    if (!identity || (await tx.tasks.assignmentFor(task.id, identity.personId))) continue;
    const about = { id: ctx.newId(), taskId: task.id, personId: identity.personId, wave: 1 };
    await tx.tasks.addAssignment(newAssignment({ ...about, form: task.forms[0]!.form, policy: "manual" }, now));
  }
}

function taskOf(ctx: Context, { title, brief, platforms }: Seed["tasks"][number]): Task {
  const now = ctx.now();
  return {
    id: ctx.newId(),
    title,
    theme: title,
    brief: brief ?? "",
    materials: [],
    target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
    forms: seededForms.map((form) => ({ form, brief: "" })),
    importance: 3,
    quota: 1000,
    pushBudget: null,
    reward: 0,
    proof: { platforms: platforms.map(platformKey), count: 1, mustMention: [], newerThanTask: false },
    publishedAt: now,
    deadlineAt: null,
    status: "open",
    autopilot: false,
    briefVersion: 1,
    templateId: null,
    createdBy: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** `xiaohongshu` for `小红书`; a platform that koloop does not know stays as it was written. */
function platformKey(name: string): string {
  const wanted = name.trim().toLowerCase();
  const known = platformNames.find(
    ({ platform, zh, en, aliases }) =>
      platform === wanted || zh === name.trim() || en.toLowerCase() === wanted || aliases.includes(wanted),
  );
  return known?.platform ?? name;
}
