import { judge, type Reason, type Segment, type SegmentStay } from "./segment.ts";
import type { TagHold } from "./tag.ts";

type Member = { id: string; joinedAt: number; city: string | null };

/**
 * A person's stays in one segment over their whole history: today's rule and city over the tags of then, from the day they joined.
 * Only changes of tags are looked at; activity is judged as it is known at `now`. Ids are `<segment>:<person>:<entry>`.
 */
export function staysOver(segment: Segment, member: Member, holds: readonly TagHold[], now: number): SegmentStay[] {
  const times = new Set([member.joinedAt]);
  for (const hold of holds) {
    if (hold.since > member.joinedAt) times.add(hold.since);
    if (hold.until !== null && hold.until > member.joinedAt) times.add(hold.until);
  }
  const stays: SegmentStay[] = [];
  let open: SegmentStay | undefined;
  for (const at of [...times].filter((time) => time <= now).sort((a, b) => a - b)) {
    const { holds: belongs, reasons } = judgeAt(segment, member, holds, at);
    if (belongs && !open) {
      open = {
        id: `${segment.id}:${member.id}:${at}`,
        segmentId: segment.id,
        personId: member.id,
        enteredAt: at,
        leftAt: null,
        ruleVersion: segment.version,
        entryReason: reasons,
        exitReason: null,
      };
      stays.push(open);
    } else if (!belongs && open) {
      open.leftAt = at;
      open.exitReason = reasons;
      open = undefined;
    }
  }
  return stays;
}

function judgeAt(
  segment: Segment,
  member: Member,
  holds: readonly TagHold[],
  at: number,
): { holds: boolean; reasons: Reason[] } {
  const tags = new Set(holds.filter((h) => h.since <= at && (h.until === null || at < h.until)).map((h) => h.tag));
  return judge(segment.rule, { tags, city: member.city, lastActiveAt: null, segments: new Set() }, at);
}
