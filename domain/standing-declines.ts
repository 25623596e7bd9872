const DAY = 24 * 3_600_000;

export type DeclineReason = "not_my_topic" | "wrong_form" | "too_often" | "too_busy" | "no_reason";

/** For how many days a decline stands (issue: tasks; the simulator's protocol, section 4). */
export const STANDING_DAYS: Record<DeclineReason, number> = {
  not_my_topic: 90,
  wrong_form: 60,
  too_often: 14,
  too_busy: 10,
  no_reason: 0,
};

/** What a person has said no to, each until when (epoch ms). Plain JSON. */
export type Standing = { themes: Record<string, number>; forms: Record<string, number>; all: number };

export function noStanding(): Standing {
  return { themes: {}, forms: {}, all: 0 };
}

/** Lets a decline stand from `at` on. A later one extends an earlier one and never shortens it. */
export function noteDecline(
  standing: Standing,
  reason: DeclineReason,
  theme: string,
  form: string,
  at: number,
): Standing {
  const until = at + STANDING_DAYS[reason] * DAY;
  const later = (old: number | undefined): number => Math.max(old ?? 0, until);
  if (reason === "not_my_topic")
    return { ...standing, themes: { ...standing.themes, [theme]: later(standing.themes[theme]) } };
  if (reason === "wrong_form")
    return { ...standing, forms: { ...standing.forms, [form]: later(standing.forms[form]) } };
  return reason === "no_reason" ? standing : { ...standing, all: later(standing.all) };
}

/** Until when the person wants no push at all; 0 or past when nothing stands. */
export const restsUntil = (standing: Standing): number => standing.all;
export const refusesTheme = (standing: Standing, theme: string, at: number): boolean =>
  (standing.themes[theme] ?? 0) > at;
export const refusesForm = (standing: Standing, form: string, at: number): boolean => (standing.forms[form] ?? 0) > at;

/** The data package's decline keys and the protocol's, as what they forbid. Unknown words forbid nothing. */
export function standingReason(key: string | null): DeclineReason {
  if (key === "no_time" || key === "too_busy") return "too_busy";
  if (key === "not_interested" || key === "not_me" || key === "not_my_topic") return "not_my_topic";
  return key === "wrong_form" || key === "too_often" ? key : "no_reason";
}
