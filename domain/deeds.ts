/** What a group's talk shows of its members: who answers whose questions, and whose words others take up. */

/** One message of a group. Staff are left out of deeds: answering is their work. */
export type Said = { fromId: string; name: string; staff: boolean; at: number; text: string };
export type GroupDeed = { personId: string; kind: "answered" | "quoted"; about: string };

const answerWithinMs = 30 * 60_000;
/** So many messages back a question still stands. */
const answerWithinMessages = 6;
const leastAnswer = 6;
/** Words of somebody else, taken over one to one. */
const leastQuote = 8;

const asks =
  /[??]\s*$|(?:吗|么|呢)[??。!~\s]*$|怎么|如何|咋|哪(?:个|家|款|里|儿|种)|什么|啥|多少|有没有|是不是|能不能|要不要|可不可以|谁(?:知道|有|用过|懂)|求(?:推荐|问|助|教)|请教|为什么|^(?:how|what|which|where|who|why|when|does|do|is|are|can|should|any(?:one|body))\b/i;
const follows =
  /同意|赞同|说得(?:对|好|太对)|有道理|学到|涨知识|听.{0,8}的|按.{0,10}说的|照.{0,10}(?:说|做)|跟着.{0,8}(?:买|选|做)|多亏|受教|收藏了|\+1|agree|well said|good point|learned|following|as .{1,20} said|thanks to/i;

export const isQuestion = (text: string): boolean => asks.test(text.trim());

const letters = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();

/** What the last message of a group's talk (oldest first) shows of its writer and of those before. */
export function deedsIn(talk: readonly Said[]): GroupDeed[] {
  const latest = talk.at(-1);
  if (!latest || latest.staff) return [];
  const before = talk.slice(0, -1);
  return [...answered(latest, before), ...quoted(latest, before)];
}

/** An answer follows somebody's question soon, says something, and asks nothing itself. One answer to each question counts. */
function answered(latest: Said, before: readonly Said[]): GroupDeed[] {
  if (isQuestion(latest.text) || letters(latest.text).length < leastAnswer) return [];
  const near = before.slice(-answerWithinMessages).filter(({ at }) => latest.at - at <= answerWithinMs);
  const asked = near.findLastIndex((said) => !said.staff && said.fromId !== latest.fromId && isQuestion(said.text));
  const question = near[asked];
  if (!question || near.slice(asked + 1).some(({ fromId }) => fromId === latest.fromId)) return [];
  // The asker's own further words in between mean that the talk has moved on, unless the answer names them.
  const moved = near.slice(asked + 1).some(({ fromId }) => fromId === question.fromId);
  if (moved && !latest.text.includes(`@${question.name}`)) return [];
  return [{ personId: latest.fromId, kind: "answered", about: question.fromId }];
}

/** Somebody is taken up: named with words of following, or their words are used again. Each of them once a message. */
function quoted(latest: Said, before: readonly Said[]): GroupDeed[] {
  const found = new Set<string>();
  const mine = letters(latest.text);
  for (const said of before) {
    if (said.staff || said.fromId === latest.fromId) continue;
    const named = latest.text.includes(`@${said.name}`) || (said.name.length > 1 && latest.text.includes(said.name));
    if ((named && follows.test(latest.text)) || sharesRun(mine, letters(said.text))) found.add(said.fromId);
  }
  return [...found].map((personId) => ({ personId, kind: "quoted", about: latest.fromId }));
}

/** Whether two texts share a run of letters long enough to be no accident. */
function sharesRun(mine: string, other: string): boolean {
  for (let i = 0; i + leastQuote <= other.length; i++) if (mine.includes(other.slice(i, i + leastQuote))) return true;
  return false;
}
