import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Lang } from "#cards/card.ts";
import { channelName, dayText, percent, say } from "#cards/names.ts";
import { ageText, consentText, momentText, sourceText, tagLine } from "#cards/portrait.ts";
import { reasonsInWords, segmentInWords } from "#cards/segment-words.ts";
import type { Store, Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { timelineOf } from "#domain/portrait.ts";
import { labelOf } from "#domain/taxonomy.ts";
import type { Context } from "#handlers/context.ts";
import { mayOver } from "#handlers/reach.ts";
import { namesOf, viewFor } from "#handlers/read-portrait.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import type { ProfileView } from "./profile-view.ts";

const momentsShown = 100;
const notFound = { message: "没有找到这个人 · Nobody of that kind was found" };

/** `/api/people/:id`: the profile, for the employee who looks after that person and for managers. Others learn not even that there is one. */
export function registerProfileRoutes(
  http: FastifyInstance,
  deps: { store: Store; ctx: Context; web: WebChannel },
): void {
  const { store, ctx, web } = deps;
  http.get("/api/people/:id", async (request, reply) => {
    const session = await web.requireRight(request);
    const { id } = z.object({ id: z.string().min(1).max(100) }).parse(request.params);
    const { lang } = z.object({ lang: z.enum(["zh", "en"]).optional() }).parse(request.query);
    const view = await store.read(async (tx) => {
      const person = await tx.people.find(id);
      const reader = await tx.people.find(session.personId);
      if (!person || !reader || !(await mayOver(tx, reader, "profile.read", person.ownerId))) return undefined;
      return profileOf(tx, ctx, person, { ...reader, lang: lang ?? reader.lang });
    });
    return view ?? reply.code(404).send(notFound);
  });
}

async function profileOf(tx: Tx, ctx: Context, person: Person, reader: Person): Promise<ProfileView> {
  const view = await viewFor(tx, ctx, person, reader);
  const { portrait, lang, timeZone } = view;
  const events = await tx.ledger.eventsOf(person.id);
  const moments = timelineOf(events, await tx.segments.staysOf(person.id), momentsShown);
  const names = await namesOf(
    tx,
    events.flatMap((event) => [event.settledBy, event.proposedBy]),
  );
  const told = { ...view, portrait: { names } };
  return {
    id: person.id,
    name: person.name,
    roles: person.roles,
    facts: factsOf(portrait, timeZone, lang),
    dimensions: portrait.dimensions.map(({ dimension, tags }) => ({
      name: dimension?.[lang] ?? say(lang, "其他", "Other"),
      tags: tags.map((tag) => ({
        id: tag.hold.id,
        label: labelOf(ctx.taxonomy, tag.hold.tag, lang),
        line: tagLine(tag, view),
        share: tag.strength,
        age: ageText(portrait.now - tag.hold.evidenceAt, lang),
        by: sourceText(tag.hold, portrait.names, lang),
        quote: tag.hold.quote,
        fading: tag.fading,
        locked: tag.hold.locked,
      })),
    })),
    suggestions: portrait.suggestions.map((s) => `${labelOf(ctx.taxonomy, s.tag, lang)} · “${s.quote}”`),
    segments: portrait.segments.map(({ segment, since, reasons }) => ({
      name: segment.name,
      since: dayText(since, timeZone, lang),
      because: reasonsInWords(reasons, view),
      rule: segmentInWords(segment.rule, view),
    })),
    tasks: tasksOf(portrait, lang),
    timeline: moments.map((moment) => ({
      day: fullDay(moment.at, timeZone, lang),
      text: momentText(moment, told),
      undone: moment.kind === "tag" && moment.undone,
    })),
  };
}

type Known = Awaited<ReturnType<typeof viewFor>>["portrait"];

function factsOf(portrait: Known, zone: string, lang: Lang): string[] {
  const { person, owner, channels, lastActiveAt } = portrait;
  const last = lastActiveAt === null ? undefined : fullDay(lastActiveAt, zone, lang);
  return [
    ...(person.city ? [person.city] : []),
    say(lang, `负责人 ${owner ?? "还没有"}`, `looked after by ${owner ?? "nobody yet"}`),
    say(lang, `${fullDay(person.joinedAt, zone, lang)} 加入`, `joined ${fullDay(person.joinedAt, zone, lang)}`),
    ...(last ? [say(lang, `${last} 最近发言`, `last wrote ${last}`)] : []),
    consentText(portrait, lang),
    ...(channels.length > 0 ? [channels.map((channel) => channelName(channel, lang)).join(say(lang, "、", ", "))] : []),
  ];
}

function tasksOf({ tasks, results }: Known, lang: Lang): ProfileView["tasks"] {
  if (tasks.asked + tasks.accepted + tasks.submitted + results.posts === 0) return [];
  const figure = (zh: string, en: string, value: string | number) => ({
    name: say(lang, zh, en),
    value: String(value),
  });
  return [
    figure("问过", "asked", tasks.asked),
    figure("接受", "accepted", `${tasks.accepted} (${percent(tasks.accepted, tasks.asked)})`),
    figure("交稿", "handed in", tasks.submitted),
    figure("通过", "approved", tasks.approved),
    ...(results.reads === null
      ? []
      : [figure("阅读", "reads", results.reads), figure("互动", "interactions", results.interactions ?? 0)]),
  ];
}

const fullDay = (at: number, zone: string, lang: Lang): string =>
  new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { timeZone: zone, dateStyle: "medium" }).format(at);
