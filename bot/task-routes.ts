import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Store } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { actOnTask, saveWrittenTask, type Told } from "#handlers/act-on-task.ts";
import type { Context } from "#handlers/context.ts";
import { planFor } from "#handlers/plan-ahead.ts";
import { previewTask } from "#handlers/read-tasks.ts";
import { newTaskDesk, taskDesk, taskListOf } from "#handlers/show-tasks.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import type { TaskDeskView, TaskListView, TaskPreview } from "./task-view.ts";

type Deps = {
  store: Store;
  ctx: Context;
  web: Pick<WebChannel, "requireRight">;
  /** Cards may have been written. */
  afterCommit: () => void;
};

const id = z.string().min(1).max(100);
const asked = z.object({ lang: z.enum(["zh", "en"]).optional(), template: id.optional() });
const text = (most: number) => z.string().max(most);
const names = z.array(text(100)).max(100);
const count = (least: number) => z.number().int().min(least).max(1_000_000);
const writtenSchema = z.object({
  id: id.nullable(),
  title: text(120),
  theme: text(120),
  brief: text(4000),
  materials: z.array(text(500)).max(10),
  audience: names,
  excluded: names,
  forms: z.array(z.object({ form: text(40).min(1), brief: text(2000) })).max(12),
  importance: z.number().int().min(1).max(5),
  quota: count(0),
  pushBudget: count(1).nullable(),
  reward: count(0),
  deadline: z.string().regex(/^(?:\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)?$/),
  platforms: z.array(text(40)).max(30),
  count: count(1),
  mustMention: names,
  newerThanTask: z.boolean(),
});
const keptSchema = z.object({ task: writtenSchema, version: z.number().int().min(0) });
const actSchema = z.object({
  act: z.enum([
    ...(["send", "schedule", "wave", "autopilot-on", "autopilot-off", "withdraw", "drop"] as const),
    ...(["pause", "resume", "close", "archive"] as const),
  ]),
  at: text(30).optional(),
  version: z.number().int().min(0),
});

function read<T>(schema: z.ZodType<T>, sent: unknown): T {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw Object.assign(new Error("这些内容没法处理 · This cannot be read"), { statusCode: 400 });
}

/** `/api/tasks`: the managers' page of tasks. Whom a task would ask is told before anything goes out; nothing happens by looking. */
export function registerTaskRoutes(http: FastifyInstance, { store, ctx, web, afterCommit }: Deps): void {
  const readerOf = async (request: FastifyRequest): Promise<Person> => {
    const session = await web.requireRight(request);
    const person = await store.read((tx) => tx.people.find(session.personId));
    if (!person) throw Object.assign(new Error("nobody"), { statusCode: 401 });
    return { ...person, lang: read(asked, request.query).lang ?? person.lang };
  };
  const notFound = { message: "没有这个任务 · There is no such task" };

  http.get("/api/tasks", async (request): Promise<TaskListView> => {
    const reader = await readerOf(request);
    return store.read((tx) => taskListOf(tx, ctx, reader));
  });

  http.get("/api/tasks/new", async (request, reply) => {
    const reader = await readerOf(request);
    const { template } = read(asked, request.query);
    const view: TaskDeskView | undefined = await store.read((tx) => newTaskDesk(tx, ctx, reader, template));
    return view ?? reply.code(404).send(notFound);
  });

  http.get("/api/tasks/:id", async (request, reply) => {
    const reader = await readerOf(request);
    const wanted = read(z.object({ id }), request.params);
    const view: TaskDeskView | undefined = await store.read((tx) => taskDesk(tx, ctx, reader, wanted.id));
    return view ?? reply.code(404).send(notFound);
  });

  http.post("/api/tasks/preview", async (request): Promise<TaskPreview> => {
    const reader = await readerOf(request);
    const written = read(writtenSchema, request.body);
    return store.read((tx) => previewTask(tx, ctx, reader, written));
  });

  http.post("/api/tasks", async (request, reply) => {
    const reader = await readerOf(request);
    const { task, version } = read(keptSchema, request.body);
    const told = await store.transaction((tx) => saveWrittenTask(tx, ctx, reader, task, version));
    return answer(told, reply);
  });

  http.post("/api/tasks/:id/act", async (request, reply) => {
    const reader = await readerOf(request);
    const wanted = read(z.object({ id }), request.params);
    const { act, at, version } = read(actSchema, request.body);
    const about = { id: wanted.id, act, version, ...(at !== undefined && { at }) };
    const forget = act === "send" || act === "wave" ? await planFor(store, ctx, wanted.id) : () => {};
    const told = await store.transaction((tx) => actOnTask(tx, ctx, reader, about)).finally(forget);
    return answer(told, reply);
  });

  const answer = (told: Told, reply: { code(status: number): { send(body: object): unknown } }) => {
    if ("fault" in told) return reply.code(told.stale ? 409 : 422).send({ message: told.fault });
    afterCommit();
    return told;
  };
}
