import type { Lang } from "./card.ts";
import { say } from "./names.ts";

type TeamView = { name: string; lead: string | null; members: string[] };

const everybody = (names: readonly string[], lang: Lang): string =>
  names.length === 0 ? say(lang, "还没有人", "nobody yet") : names.join(say(lang, "、", ", "));

const teamLine = ({ name, lead, members }: TeamView, lang: Lang): string =>
  say(
    lang,
    `${name} · 负责人 ${lead ?? "还没有"} · ${everybody(members, lang)}`,
    `${name} · led by ${lead ?? "nobody yet"} · ${everybody(members, lang)}`,
  );

/** All teams with who leads and who belongs to them, and how they are changed. */
export function teamsText(teams: readonly TeamView[], lang: Lang): string {
  const how = say(
    lang,
    "可以发:小王归一组;小李负责一组;小王离开小组。",
    "You can send: put Wang in team One; Li leads team One; take Wang out of their team.",
  );
  const lines = teams.map((team) => teamLine(team, lang));
  return [...(lines.length > 0 ? lines : [say(lang, "还没有小组。", "There is no team yet.")]), how].join("\n");
}

/** A team as it is after a change, and what that means for who sees whom. */
export function teamChangedText(team: TeamView, lang: Lang): string {
  const sees =
    team.lead === null
      ? say(
          lang,
          `还没有负责人:发「某某负责${team.name}」,负责人能看到全组的顾客。`,
          `Nobody leads it yet: send “NAME leads team ${team.name}”; whoever leads sees the whole team's customers.`,
        )
      : say(
          lang,
          `${team.lead} 能看到全组的顾客,组员各看各的。`,
          `${team.lead} sees the whole team's customers, members their own.`,
        );
  return `${say(lang, "好的。", "Done.")}${lang === "zh" ? "" : " "}${teamLine(team, lang)}\n${sees}`;
}

export const leftTeamText = (name: string, was: boolean, lang: Lang): string =>
  was
    ? say(lang, `好的,${name} 不在任何小组了。`, `Done: ${name} is in no team any more.`)
    : say(lang, `${name} 本来就不在任何小组。`, `${name} was in no team.`);

export const notStaffText = (name: string, lang: Lang): string =>
  say(lang, `${name} 不是员工,小组里只能有员工。`, `${name} is not an employee; only employees are in teams.`);
