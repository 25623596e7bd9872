import type { Knowledge } from "./knowledge.ts";
import { cityIn } from "./places.ts";
import type { Found, Reading } from "./reading.ts";

/** Asks for the address, how far off the shop is, or whether one is from here: a bare city answers it. */
export const ASKS_PLACE =
  /地址|收货|坐标|[您你]那(?:边|里|儿)[^,。?]{0,8}(?:几天|多久|能到|发货|快递)|外地还是本地|本地还是外地|定位|所在(?:地|城市|地区)|(?:您|你)?在?哪个区|上(?:哪(?:里|儿|个)?的?)?牌|(?:寄|发|送)(?:到|去|往|原|老)|(?:您|你)?是?本地的?(?:吧|吗|人)|离[^,。?]{0,6}(?:店|我们|这)|[您你]们?(?:那(?:儿|边|里)?|这会儿|人)[^,。?]{0,6}(?:下雪|下雨|冷|热|天气|堵|台风|几度|供暖)|哪(?:个|家)(?:店|门店)|(?:您|你)[^,。?]{0,4}住[^,。?]{0,4}(?:\?|吗|吧|哪|远)|\b(?:are you (?:local|near|nearby|close|far|based)\b|where(?:'s| is) home\b|where do you live\b|where(?:abouts)?(?:'re| r) you|what part of\b|where to\b|where(?:abouts)? (?:are you|should|do|shall|is it)|whereabouts|which (?:city|town|branch)|what city|ship(?:ping|ped)? to|deliver(?:ed|y|ing)? (?:to|address))/;

/** Many a hotel is called after a city (`维也纳国际酒店`). */
const NAMES_A_HOUSE = /^[^,。?]{0,4}(?:酒店|宾馆|饭店|餐厅|大厦|路店|街店)/;

/** Tells where a sight or a shop is (`地址在北京市朝阳区141号 你有电话吗`), or what a place is known for. */
const WHERE_IT_IS =
  /(?<![您你]的|[您你]|收货|您家|你家)(?:地址|位置)(?:是|在|位于|就)|位于|坐落|[一-龥](?:特色|风味|小吃)/;

/** The city that a question takes the subject to live in (`您还在长沙吧`, `合肥那个盘对吧`). */
export function residenceIn(knowledge: Knowledge, text: string): string | undefined {
  const place = /[?吗吧]|是不是|对不|没变|不$|还(?:是|在|住|寄|发|送)|照旧|老地址|\b(?:still|same)\b/.test(text)
    ? cityIn(knowledge.places, text)
    : undefined;
  if (!place || NAMES_A_HOUSE.test(text.slice(place.end)) || WHERE_IT_IS.test(text)) return undefined;
  const before =
    /(?:住|在|地址|坐标|[您你]是|还是|搬到|搬去|还寄|还发|还送|寄到|发到|送到|那(?:边|里|儿)是|(?:in|to|at|still))[^,。]{0,2}$/.test(
      text.slice(0, place.start).trimEnd(),
    );
  const after = /^[^,。]{0,4}(?:盘|本地|人|那边|这边|那个)/.test(text.slice(place.end));
  return before || after ? place.city : undefined;
}

/** Not where one lives: where one goes or comes from, and where somebody else is. */
const ELSEWHERE =
  /老家|籍贯|祖籍|出生|从|直邮|发货|发出|不是|不在|别|去|旅|出差|以前|朋友|同事|亲戚|我(?:爸|妈|哥|姐|弟|妹|儿子|女儿|闺女)|from|visiting/;
const STAYS =
  /^市?[一-龥]{0,8}(?:区|县|镇|路|街|村|乡)[^,。?]{0,12}(?:路|街|巷|胡同|大道|[东西南北]侧|\d+号|镇|村|乡|景区|公园)[^,。?]{0,24}(?:[,。] ?(?:电话|门票|你|您|这里|开放)|侧$|境内)|^[^,。]{0,3}(?:度假|出差|旅游|旅行|玩|办事|开会)|^[^,。]{0,6}(?:酒店|宾馆|景点|大学|机场|车站|公园)|我(?:爸|妈|哥|姐|弟|妹)/;

const FIRST_WORDS = { zh: 12, en: 24 };

/** The city that an answer to where one lives names first. */
export function cityAnswered(knowledge: Knowledge, reading: Reading): Found[] {
  const { text } = reading.clauses;
  const place = cityIn(knowledge.places, text);
  if (!place || place.start > FIRST_WORDS[reading.lang]) return [];
  if (ELSEWHERE.test(text.slice(0, place.start)) || STAYS.test(text.slice(place.end))) return [];
  return [
    {
      tag: `city:${place.city}`,
      place: { reading, start: place.start, end: place.end },
      turn: reading.at,
      way: "answer",
      evidence: "core/place/city#answer",
      ended: false,
    },
  ];
}

const MOVES = /搬|调(?:到|来|去|这|过)|落脚|定居|不在那|刚租|换(?:了)?(?:城市|地方)|\bmoved\b/;

/** `还住青岛吧` / `回烟台了`: another city than the one presumed takes the presumed one back. */
export function movedFrom(knowledge: Knowledge, reading: Reading, presumed: string): Found[] {
  const { text } = reading.clauses;
  const place = cityIn(knowledge.places, text);
  if (!place || place.city === presumed) return [];
  if (
    !/(?:回|搬|调|换|到|在|去|来|挪|迁|转|定居|改(?:寄|发|送|成)?)[^,。!?]{0,3}$|(?:moved|now|back)[^,.!?]{0,12}$/.test(
      text.slice(0, place.start),
    )
  )
    return [];
  const settled =
    /(?:现在|已经|刚|人|搬)[^,。!?]{0,4}$|(?:moved|now)[^,.!?]{0,12}$/.test(text.slice(0, place.start)) ||
    MOVES.test(text);
  if (!settled && !/^[^,。!?]{0,4}了|^[^,。!?]{0,4}$|现在|now/.test(text.slice(place.end))) return [];
  const found = { place: { reading, start: place.start, end: place.end }, turn: reading.at, way: "answer" as const };
  return [
    { ...found, tag: `city:${presumed}`, evidence: "core/place/city#left", ended: true },
    { ...found, tag: `city:${place.city}`, evidence: "core/place/city#answer", ended: false },
  ];
}
