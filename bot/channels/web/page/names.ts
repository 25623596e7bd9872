import type { PersonView, RoomView } from "../wire.ts";

const titles = /(女士|先生|小姐|太太|经理|老师|总|姐|哥|阿姨|叔叔)$/;

/** What stands in a picture's place: the given name of 林婉清 is 婉清, of 王女士 the family name must do; Ann Lee is AL. */
export function initials(name: string): string {
  const plain = name.trim();
  if (/^\p{Script=Han}/u.test(plain)) {
    const han = [...plain].filter((sign) => /\p{Script=Han}/u.test(sign)).join("");
    const bare = han.replace(titles, "");
    if (bare !== han && bare !== "") return [...bare].slice(0, 2).join("");
    return [...han].slice(-2).join("");
  }
  const words = plain.split(/\s+/).filter(Boolean);
  const signs =
    words.length > 1 ? [words[0]!, words.at(-1)!].map((word) => [...word][0]) : [...(words[0] ?? "?")].slice(0, 2);
  return signs.join("").toUpperCase();
}

/** One of eight colours, always the same for the same id. */
export function tint(id: string): number {
  // FNV-1a, folded: ids that differ by one letter get colours far apart.
  let sum = 2166136261;
  for (const sign of id) sum = Math.imul(sum ^ sign.codePointAt(0)!, 16777619) >>> 0;
  return (sum ^ (sum >>> 15) ^ (sum >>> 7)) & 7;
}

/** How the room is called for the one who looks at it. */
export function roomName(room: RoomView, meId: string, people: Record<string, PersonView>, botName: string): string {
  if (room.kind === "bot") return botName;
  if (room.kind === "direct") return people[otherIn(room, meId) ?? ""]?.name ?? room.title ?? room.id;
  return room.title ?? room.members.map((member) => people[member.id]?.name ?? member.id).join("、");
}

/** The other one of two. */
export function otherIn(room: RoomView, meId: string): string | undefined {
  return room.members.find((member) => member.id !== meId)?.id;
}
