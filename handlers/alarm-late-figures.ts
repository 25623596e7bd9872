import { lateFiguresCard } from "#cards/intake-cards.ts";
import type { Tx } from "#db/store.ts";
import { isoDate, zoned } from "#domain/zone.ts";
import type { Context } from "./context.ts";
import { showStaff } from "./say.ts";

const dayMs = 86_400_000;
/** The hour of the brand's day from which on managers hear of it. */
const fromHour = 10;
const shown = 15;

/** Once a day, where figures have not come that should have: an alarm card to the managers, with the posts and feeds that are silent. */
export async function alarmLateFigures(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  if (zoned(now, ctx.timeZone).hour < fromHour) return;
  const day = isoDate(now, ctx.timeZone);
  if ((await tx.settings.get("late-figures")) === day) return;
  await tx.settings.set("late-figures", day, now);
  const late = await tx.submissions.lateFigures(now);
  // A feed that sent every day and has been silent for two.
  const feeds = (await tx.intake.tokens()).flatMap(({ name, revokedAt, lastUsedAt }) =>
    revokedAt === null && lastUsedAt !== null && now - lastUsedAt > 2 * dayMs && now - lastUsedAt < 30 * dayMs
      ? [{ name, lastAt: lastUsedAt }]
      : [],
  );
  if (late.length === 0 && feeds.length === 0) return;
  const posts = late.slice(0, shown);
  for (const reader of await tx.people.listByRole("manager")) {
    const timeZone = reader.timeZone ?? ctx.timeZone;
    const card = lateFiguresCard({
      day,
      posts,
      more: late.length - posts.length,
      feeds,
      now,
      timeZone,
      lang: reader.lang,
    });
    await showStaff(tx, ctx, reader, card);
  }
}
