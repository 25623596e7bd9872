import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { dayText, say } from "#cards/names.ts";
import { refusalText } from "#cards/refusals.ts";
import { settlingText } from "#cards/segment-card.ts";
import { reasonsInWords, segmentInWords } from "#cards/segment-words.ts";
import type { Settling } from "#db/segment-work.ts";
import type { Store, Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Segment } from "#domain/segment.ts";
import type { Context } from "#handlers/context.ts";
import { applySegment, namingSegments, namingTasks, retireSegment, segmentNames } from "#handlers/plan-segment.ts";
import { previewSegment, readWritten } from "#handlers/read-segments.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import type { SegmentDetail, SegmentListView, SegmentPreview, SegmentRow } from "./segment-view.ts";

type Deps = {
  store: Store;
  ctx: Context;
  web: Pick<WebChannel, "requireRight">;
  /** A rule has changed: everybody is to be judged by it, in the background. */
  afterChange: () => void;
};

const peopleShown = 50;
const id = z.string().min(1).max(100);
const asked = z.object({ lang: z.enum(["zh", "en"]).optional(), after: z.string().max(100).default("") });
const writtenSchema = z.object({
  id: id.nullable(),
  name: z.string().max(60),
  words: z.string().max(20_000),
});
const appliedSchema = writtenSchema.extend({
  name: z.string().trim().min(1).max(60),
  version: z.number().int().min(0),
});

/** `/api/segments`: the managers' page of segments. What a rule would do is told before it is applied; people follow in the background. */
export function registerSegmentRoutes(http: FastifyInstance, deps: Deps): void {
  const { store, ctx, web } = deps;
  const readerOf = async (request: FastifyRequest): Promise<Person> => {
    const session = await web.requireRight(request);
    const person = await store.read((tx) => tx.people.find(session.personId));
    if (!person) throw Object.assign(new Error("nobody"), { statusCode: 401 });
    return { ...person, lang: asked.parse(request.query).lang ?? person.lang };
  };

  http.get("/api/segments", async (request): Promise<SegmentListView> => {
    const reader = await readerOf(request);
    return store.read(async (tx) => {
      const segments: SegmentRow[] = [];
      for (const segment of await tx.segments.active()) segments.push(await rowOf(tx, ctx, reader, segment));
      return { segments };
    });
  });

  http.get("/api/segments/:id", async (request, reply) => {
    const reader = await readerOf(request);
    const { after } = asked.parse(request.query);
    const wanted = z.object({ id }).parse(request.params);
    const detail = await store.read(async (tx) => {
      const segment = await tx.segments.find(wanted.id);
      return segment?.status === "active" ? detailOf(tx, ctx, reader, segment, after) : undefined;
    });
    return detail ?? reply.code(404).send({ message: "没有这个分群 · There is no such segment" });
  });

  http.post("/api/segments/preview", async (request): Promise<SegmentPreview> => {
    const reader = await readerOf(request);
    const written = writtenSchema.parse(request.body);
    return store.read((tx) => previewSegment(tx, ctx, reader, written));
  });

  http.post("/api/segments", async (request, reply) => {
    const reader = await readerOf(request);
    const written = appliedSchema.safeParse(request.body);
    if (!written.success)
      return reply
        .code(422)
        .send({ message: say(reader.lang, "请给分群起个名字(最多 60 字)。", "Give the segment a name.") });
    const told = await store.transaction(async (tx) => {
      const read = await readWritten(tx, ctx, reader, written.data);
      if ("fault" in read) return { code: 422, message: read.fault };
      if (read.draft.version !== written.data.version)
        return { code: 409, message: refusalText("already-answered", reader.lang) };
      const applied = await applySegment(tx, ctx, reader, read.draft);
      return applied.ok ? { id: applied.value.id } : { code: 409, message: refusalText(applied.refused, reader.lang) };
    });
    if (told.id === undefined) return reply.code(told.code ?? 409).send({ message: told.message });
    deps.afterChange();
    return { id: told.id };
  });

  http.post("/api/segments/:id/retire", async (request, reply) => {
    const reader = await readerOf(request);
    const wanted = z.object({ id }).parse(request.params);
    const refused = await store.transaction(async (tx) => {
      const segment = await tx.segments.find(wanted.id);
      if (!segment) return "gone" as const;
      const retired = await retireSegment(tx, ctx, reader, segment);
      return retired.ok ? undefined : retired.refused;
    });
    if (refused) return reply.code(409).send({ message: refusalText(refused, reader.lang) });
    deps.afterChange();
    return {};
  });
}

async function rowOf(tx: Tx, ctx: Context, reader: Person, segment: Segment): Promise<SegmentRow> {
  const settling = await tx.profiles.settlingOf(segment.id);
  return {
    id: segment.id,
    name: segment.name,
    version: segment.version,
    rule: segmentInWords(segment.rule, segmentNames(ctx, reader, await tx.segments.active())),
    members: await tx.profiles.countMembers(segment.id),
    settling: settling ? progressOf(settling, ctx, reader) : null,
  };
}

function progressOf(settling: Settling, ctx: Context, reader: Person): SegmentRow["settling"] {
  const { done, total, startedAt } = settling;
  const since = new Intl.DateTimeFormat(reader.lang === "zh" ? "zh-CN" : "en-GB", {
    timeZone: reader.timeZone ?? ctx.timeZone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(startedAt);
  return { done, total, words: settlingText({ done, total, since }, reader.lang) };
}

async function detailOf(tx: Tx, ctx: Context, reader: Person, segment: Segment, after: string): Promise<SegmentDetail> {
  const names = segmentNames(ctx, reader, await tx.segments.active());
  const stays = await tx.segments.staysIn(segment.id, after, peopleShown + 1);
  const shown = stays.slice(0, peopleShown);
  const known = new Map((await tx.people.list(shown.map((stay) => stay.personId))).map((one) => [one.id, one.name]));
  return {
    ...(await rowOf(tx, ctx, reader, segment)),
    namedBy: {
      segments: (await namingSegments(tx, segment.id)).map((one) => one.name),
      tasks: (await namingTasks(tx, segment.id)).map((task) => task.title),
    },
    people: shown.map((stay) => ({
      id: stay.personId,
      name: known.get(stay.personId) ?? stay.personId,
      since: dayText(stay.enteredAt, reader.timeZone ?? ctx.timeZone, reader.lang),
      because: reasonsInWords(stay.entryReason, names),
    })),
    ...(stays.length > peopleShown && { next: shown.at(-1)!.personId }),
  };
}
