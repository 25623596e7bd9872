import { halfWecom } from "../channels/wecom/doctor.ts";

type Finding = { ok: boolean; zh: string; en: string };

/** What is set by half, and so does nothing: a start says it, `koloop doctor` calls it wrong. */
export const halfSet = (environment: Record<string, string | undefined>): Finding[] => [
  ...halfModel(environment),
  ...halfWecom(environment),
];

export function halfModel(environment: Record<string, string | undefined>): Finding[] {
  const names = ["KOLOOP_LLM_BASE_URL", "KOLOOP_LLM_MODEL"] as const;
  const missing = names.filter((name) => !environment[name]);
  return missing.length === 1
    ? [{ ok: false, zh: `语言模型缺 ${missing[0]}`, en: `the language model misses ${missing[0]}` }]
    : [];
}
