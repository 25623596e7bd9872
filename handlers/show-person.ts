import { say } from "#cards/names.ts";
import { portraitCard } from "#cards/portrait.ts";
import { reasonsInWords, segmentInWords } from "#cards/segment-words.ts";
import type { Person } from "#domain/person.ts";
import { whyIn } from "#domain/portrait.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Segment } from "#domain/segment.ts";
import type { Scene } from "./context.ts";
import { findPersonNamed } from "./find-person.ts";
import { factsOf } from "./follow-segments.ts";
import type { MessageEvent } from "./incoming.ts";
import { viewFor } from "./read-portrait.ts";
import { reply, replyRefusal } from "./say.ts";

const whoForms = [
  /^\/who\s+(.+)$/i,
  /^(?:谁是|看看|查一下|查看)\s*[「“"]?(.+?)[」”"]?\s*(?:的(?:画像|资料|档案|标签))?[??。!]?$/,
  /^[「“"]?(.+?)[」”"]?\s*是谁[??。]?$/,
  /^(.+?)\s*的(?:画像|资料|档案)[??。]?$/,
  /^who(?:'s| is)\s+(.+?)\s*[?.]?$/i,
];
/** Words of a question about many people: those are answered with figures, not with a portrait. */
const aboutMany = /最|哪|什么|几|多少|所有|那些|还没|most|least|best|top|which|all /i;

/** `谁是王女士`, `/who 王女士`, `who is …`: the portrait, for the employee who looks after them and for managers. */
export async function showPerson(scene: Scene<MessageEvent>): Promise<boolean> {
  const text = scene.event.text.trim();
  if (!mayAtAll(scene.person, "profile.read")) return false;
  const form = whoForms.find((one) => one.test(text));
  const name = form?.exec(text)?.[1]?.trim();
  if (!form || !name) return false;
  const found = await findPersonNamed(scene.tx, scene.person, name);
  if (found.ok) {
    await showPortrait(scene, found.value);
    return true;
  }
  const plainName = form === whoForms[0] || (/^谁是|是谁|^who/i.test(text) && !aboutMany.test(name));
  if (!plainName) return false;
  await replyRefusal(scene, found.refused);
  return true;
}

export async function showPortrait(scene: Scene, person: Person): Promise<void> {
  const { tx, ctx } = scene;
  await tx.settings.set(spokenOf(scene.person), person.id, ctx.now());
  await reply(scene, portraitCard(await viewFor(tx, ctx, person, scene.person)));
}

/** Whom a member of staff looked at last: "he" and "she" mean that person. */
const spokenOf = (reader: Person): string => `spoken-of:${reader.id}`;

const whyForms = [
  /^为(?:什么|何|啥)\s*(.+?)\s*(不|没)?(?:会)?在\s*[「“"]?(.+?)[」”"]?\s*(?:里面?|中)?\s*(?:呢)?[??。]?$/,
  /^why (?:is|isn't|is not)\s+(.+?)\s+(not\s+)?in\s+(?:the\s+)?(?:segment\s+)?["“]?(.+?)["”]?\s*[?.]?$/i,
];
const sameOne = /^(?:他|她|它|TA|ta|he|she|they|this person|这个人|这位)$/i;
const anySegment = /^(?:这个?|该)?(?:群组|分群|人群|群|segment|this segment|it)$/i;

/** `为什么王女士在家庭用车`, `为什么他在这个群组`: from the reasons that were kept at entry, not from a guess afterwards. */
export async function explainSegment(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, person: reader } = scene;
  if (!mayAtAll(reader, "profile.read")) return false;
  const text = scene.event.text.trim();
  const [, name, , where] = whyForms.map((form) => form.exec(text)).find((match) => match !== null) ?? [];
  if (!name || !where) return false;
  const segments = await tx.segments.active();
  const named = segments.filter((segment) => segment.name === where || segment.id === where);
  const near = named.length > 0 ? named : segments.filter((segment) => segment.name.includes(where));
  if (near.length === 0 && !anySegment.test(where)) return false;
  const wanted = sameOne.test(name) ? ((await tx.settings.get(spokenOf(reader))) ?? "") : name;
  const found = await findPersonNamed(tx, reader, wanted);
  if (!found.ok) {
    await replyRefusal(scene, found.refused);
    return true;
  }
  const stays = await tx.segments.staysOf(found.value.id);
  const own = new Set(stays.filter((stay) => stay.leftAt === null).map((stay) => stay.segmentId));
  const asked = near.length > 0 ? near : segments.filter((segment) => own.has(segment.id));
  await reply(scene, await explanation(scene, found.value, asked, segments));
  return true;
}

async function explanation(scene: Scene, person: Person, asked: Segment[], all: Segment[]): Promise<string> {
  const { tx, ctx, person: reader } = scene;
  const { lang } = reader;
  const names = { taxonomy: ctx.taxonomy, segments: new Map(all.map((s) => [s.id, s.name])), lang };
  if (asked.length === 0)
    return say(lang, `${person.name} 现在不在任何分群里。`, `${person.name} is in no segment now.`);
  const stays = await tx.segments.staysOf(person.id);
  const facts = await factsOf(tx, ctx, person);
  const day = (at: number) =>
    new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", {
      timeZone: reader.timeZone ?? ctx.timeZone,
      dateStyle: "long",
    }).format(at);
  return asked
    .map((segment) => {
      const why = whyIn(segment, stays, facts, ctx.now());
      const reasons = reasonsInWords(why.reasons, names);
      const rule = segmentInWords(segment.rule, names);
      if (why.since !== null)
        return say(
          lang,
          `${person.name} 从${day(why.since)}起在「${segment.name}」里:${reasons}。规则:${rule}`,
          `${person.name} has been in “${segment.name}” since ${day(why.since)}: ${reasons}. Rule: ${rule}`,
        );
      const left =
        why.left?.leftAt != null
          ? say(
              lang,
              `(${day(why.left.leftAt)}离开:${reasonsInWords(why.left.exitReason ?? [], names)})`,
              ` (left on ${day(why.left.leftAt)}: ${reasonsInWords(why.left.exitReason ?? [], names)})`,
            )
          : "";
      return say(
        lang,
        `${person.name} 不在「${segment.name}」里:${reasons}${left}。规则:${rule}`,
        `${person.name} is not in “${segment.name}”: ${reasons}${left}. Rule: ${rule}`,
      );
    })
    .join("\n");
}
