import { codeText, homeText, type LinkTrouble, linkedText, linkTroubleText } from "#cards/account-words.ts";
import { mayLink } from "#domain/merge.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { mergePeople } from "./merge-people.ts";
import { reply } from "./say.ts";

const minuteMs = 60_000;
const codeMinutes = 10;
/** A code has 40 bits: so many guesses an hour come to nothing. */
const tries = { most: 5, windowMs: 60 * minuteMs };

const asksForCode =
  /^(?:\/link|\/start link|(?:我要|我想)?(?:连接|绑定|关联)(?:我的|其他|别的|另一个)?(?:账号|帐号|渠道)|(?:link|connect) (?:my )?(?:other )?accounts?)\s*[。.!!]?$/i;
const bringsCode =
  /^(?:(?:\/link|连接码|绑定码|link)[\s::]+|\/start link_)?([A-HJKMNP-Z2-9]{4})[\s-]?([A-HJKMNP-Z2-9]{4})\s*$/i;

/** `/link`, `绑定账号` on one channel gives a code; `/link CODE` on another makes the two accounts one person's. */
export async function linkAccounts(scene: Scene<MessageEvent>): Promise<boolean> {
  const text = scene.event.text.trim();
  if (asksForCode.test(text)) {
    await giveCode(scene);
    return true;
  }
  const [whole, first, second] = bringsCode.exec(text) ?? [];
  if (whole === undefined) return false;
  // Eight letters alone may be a word or a name: only a code that stands is taken for one.
  const isBare = /^[a-z0-9\s-]+$/i.test(text) && !/^link/i.test(text);
  return takeCode(scene, `${first}${second}`, isBare);
}

async function giveCode(scene: Scene<MessageEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (event.roomKind !== "bot") return trouble(scene, "in-private");
  const now = ctx.now();
  const code = await tx.codes.issue("link", person.id, now + codeMinutes * minuteMs, now);
  await tx.settings.audit({ at: now, actor: person.id, action: "link.code", subject: person.id, detail: {} });
  await reply(scene, codeText(code, codeMinutes, person.lang));
}

async function takeCode(scene: Scene<MessageEvent>, code: string, isBare: boolean): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const codes = tx.codes;
  const issuerId = await codes.find("link", code, ctx.now());
  if (isBare && issuerId === undefined) return false;
  if (event.roomKind !== "bot") return troubled(scene, "in-private");
  if (await codes.tooManyTries(person.id, tries, ctx.now())) return troubled(scene, "too-many");
  const issuer = issuerId === undefined ? undefined : await tx.people.find(issuerId);
  if (!issuer) return troubled(scene, "unknown");
  const pair = mayLink(issuer, person);
  if (!pair.ok) return troubled(scene, linkTroubles[pair.refused]);
  await codes.spend("link", code);
  const { kept, gone } = pair.value;
  await mergePeople(tx, ctx, kept, gone, issuer);
  await reply({ ...scene, person: kept }, linkedText(kept.name, kept.lang));
  return true;
}

const linkTroubles: Record<"same-person" | "not-a-member" | "merged-already" | "other-way", LinkTrouble> = {
  "same-person": "same",
  "not-a-member": "impossible",
  "merged-already": "impossible",
  "other-way": "other-way",
};

const trouble = (scene: Scene<MessageEvent>, what: LinkTrouble): Promise<void> =>
  reply(scene, linkTroubleText(what, scene.person.lang));

async function troubled(scene: Scene<MessageEvent>, what: LinkTrouble): Promise<true> {
  await trouble(scene, what);
  return true;
}

const choosesHere =
  /^(?:\/here|(?:以后)?(?:把)?卡片(?:都)?发(?:到|来)?这里|(?:以后)?在这里收卡片|send (?:my )?cards here)\s*(off|取消)?\s*[。.!!]?$/i;

/** `/here`, `以后卡片发到这里`: fixes the channel where their cards arrive; `/here off` lets them follow the person again. */
export async function chooseHome(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const said = choosesHere.exec(event.text.trim());
  if (!said) return false;
  if (event.roomKind !== "bot") return troubled(scene, "in-private");
  const isHere = said[1] === undefined;
  await tx.people.change(person.id, { homeChannel: isHere ? event.address.channel : null, updatedAt: ctx.now() });
  await reply(scene, homeText(isHere, person.lang));
  return true;
}
