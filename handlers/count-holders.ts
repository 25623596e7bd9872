import { tagCountText } from "#cards/tag-count.ts";
import { mayAtAll } from "#domain/rights.ts";
import { tagsNamed } from "#domain/tag-name.ts";
import { labelOf } from "#domain/taxonomy.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply, replyRefusal } from "./say.ts";

/** In a group the bot's name may stand before the question, of several words or with no space behind it. */
const lead = /(?:[^\n]{0,30}?[\s,,。::!!~]|@\S{1,24}?)?/;
const politely =
  /(?:请问|麻烦(?:问|查)?(?:一下|下)?|帮(?:我|忙)?(?:查|看|数)(?:一下|下|一查|看)?|(?:我)?想(?:知道|问)(?:一下|下)?)?[\s,,]*/;
const question =
  /(?:我们)?(?:现在|目前|当前)?(?:一共|总共|共)?有?(?:多少|几)(?:位|个|名)?(?:客户|顾客)(?:是|属于|带有|有)\s*[「“"]?(.+?)[」”"]?(?:这个)?(?:标签)?(?:的)?[吗呢??。!!\s]*/;
const asksForCount = new RegExp(`^${lead.source}${politely.source}${question.source}$`);

/** `现在有多少位客户是宝妈?`: the number of customers whose tag was confirmed, for managers; others are told that it is not theirs. */
export async function countHolders(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const name = asksForCount.exec(event.text.trim())?.[1];
  if (name === undefined) return false;
  if (!mayAtAll(person, "task.run")) {
    await replyRefusal(scene, "not-for-your-role");
    return true;
  }
  const tags = tagsNamed(ctx.taxonomy, name);
  const [tag] = tags;
  if (tag === undefined || tags.length > 1) return false;
  const people = await ctx.peopleInMemory.asSeenBy(tx);
  const count = people ? people.count({ all: [tag] }) : await tx.ledger.countHolding(tag);
  await reply(scene, tagCountText(count, labelOf(ctx.taxonomy, tag, person.lang), person.lang));
  return true;
}
