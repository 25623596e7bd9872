import { definitionOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Found, Reading } from "./reading.ts";

/** Joy, pity or praise at the head of a turn. */
const FEELS =
  /^[,。!~ ]*(?:哇+|哦?哟|天[呐哪啊]|我去|帅|美|酷|好看|漂亮|恭喜|可以啊?(?=[,。! ]|$)|有内味|好棒|真?棒|厉害|牛|6+|羡慕|摸摸|抱抱|心疼|加油|辛苦|好?可爱|显[白瘦]|绝了?(?=[,。! ]|$)|赞|真[好香]|真不错|太[好帅美酷]|祝|沾|稳|解放|分得好|omg\b|aww*\b|wow\b|congrat|well done|proud of|so (?:happy|proud|sorry|cute|pretty|jealous)|oh no\b|phew\b|good (?:for|on) you|poor (?:you|thing)|what a (?:beauty|stunner|cutie)|(?:huge )?congratulations)/;
/** Asks on about what another told: `待产包备好没`. */
const ASKS_ON = /(?:没|了没|吗|呀|不)\s*[?]?$|[?]\s*$/;
const SELF = /我|俺|咱|同|也|一样|\b(?:i|i'm|i've|i'd|i'll|my|mine|me|we|we've|we're|our|us|same|too)\b/;
const TELLS_OF_OWN = /我|俺|咱|[了啦]|\b(?:i|i'm|i've|my|we|we've|our)\b/;
const ASKS = /[?]|吗|谁|有没有|求|怎么|咋|哪|什么|啥|多少|还是|推荐|@/;
const OF_THE_TELLER = new Set(["family", "need", "emotion", "motive", "stage", "life_event", "identity"]);

/**
 * What is left of a turn that only shares another member's joy or trouble: `提车啦!!!` / `帅 这颜色显贵` praises the other's car, and `母子平安就好`
 * is the other's child. Complaints are one's own, since who suffers the same says so in few words.
 */
export function withoutOthersNews(
  taxonomy: Taxonomy,
  told: Reading | undefined,
  reading: Reading,
  found: readonly Found[],
): readonly Found[] {
  if (found.length === 0 || !told || told.turn.who === "koe") return found;
  const { text } = reading.clauses;
  const news = told.clauses.text;
  if (SELF.test(text) || ASKS.test(news) || !TELLS_OF_OWN.test(news)) return found;
  if (!FEELS.test(text) && !(ASKS_ON.test(text) && reading.folded.n <= SHORT)) return found;
  return found.filter(
    ({ tag }) => tag === "dissatisfied" || !OF_THE_TELLER.has(definitionOf(taxonomy, tag)?.dimension ?? ""),
  );
}
const SHORT = 16;
