import type { Around } from "./clauses.ts";
import type { ScopeWords } from "./scope-words.ts";

/** Whether the words are asked about: by their sentence, unless its question mark is for something else. */
export function asksOf(around: Around, words: ScopeWords): boolean {
  if (around.questionMark && !asksApart(around, words)) return true;
  if (words.lang === "zh" && APPEALS.test(around.right + around.after)) return true;
  if (words.lang === "en") return words.asks.test(around.sentenceLeft.trimStart());
  return words.asks.test(`${around.left}□${around.right}`);
}

/** Wants to hear from the seller whether what is said is so: `都说零下腰斩,给句实话`. */
const APPEALS =
  /给(?:我)?[句个](?:实话|准话|痛快话|说法|准信)|(?:实话|老实|如实)(?:告诉|跟|和)?我?[说讲]|是不是真的?|真的假的|(?:官方|你们?)[^,。]{0,3}(?:解释|说法|回应)(?:没|吗|不)|属实(?:吗|不|么)|(?:到底|究竟)(?:是不是|有没有|能不能|会不会)/;

/** Whether the question mark of the sentence is not for these words of the subject, but for a later clause: `我家俩娃,有七座的吗?`. */
function asksApart({ left, span, right, sentenceRight }: Around, words: ScopeWords): boolean {
  if (right.includes("?")) return false;
  const later = sentenceRight.slice(right.length);
  return ASKS_OF_GOODS.test(later) || (words.self.test(left + span) && ASKS_APART.test(later));
}

/** Asks for goods or advice, whatever was told before; `is there one?` asks for what was named. */
const ASKS_OF_GOODS =
  /(?:^|[,;] *)(?:so |and |but |just |then |anyway )?(?:(?:got |have you got |do you have |is there )?any(?:thing)?\b|which\b|what(?:'s| is| do| would| should| size| about)?\b|how (?:heavy|big|long|wide|warm|loud|much|many|well|quick|fast|good|do)\b|(?:can|could) you\b|do (?:you|they)\b|(?:does|will|would|can|is) (?:it|this|that|the|your|yours|these)\b|recommend|thoughts|worth )/;
const ASKS_APART =
  /吗|有没有|有木有|能不能|会不会|是不是|可不可以|行不行|什么|怎么|咋|哪|多少|多久|[几谁]|推荐|[不没呢吧么]\?|(?:^|[,;] *)(?:so |and |but |just |then |anyway |now )?(?:any|anything|anyone|what|which|how|can|could|do|does|did|is|are|will|would|should|have you|has|got|where|when|who|recommend|thoughts|suggestions|worth)\b/;
