import type { Flag } from "#domain/cleaning.ts";
import type { Card, Lang } from "./card.ts";
import { flagText } from "./health-words.ts";
import { clockText, say } from "./names.ts";

export type DoubtView = {
  submissionId: string;
  title: string;
  person: string;
  /** One snapshot each, with its flags. */
  doubts: { snapshotId: string; at: number; source: string; flags: Flag[] }[];
  now: number;
  timeZone: string;
  lang: Lang;
};

const sources: Record<string, { zh: string; en: string }> = {
  import: { zh: "导入", en: "import" },
  koc: { zh: "KOC 填报", en: "told by the KOC" },
  manager: { zh: "管理者填报", en: "told by a manager" },
  api: { zh: "接口", en: "API" },
  folder: { zh: "文件夹", en: "folder" },
};

/** A post's doubtful figures, raw and cleaned, each with its reason; a tap says that they are right after all. */
export function figureDoubtsCard(view: DoubtView): Card {
  const { lang, doubts } = view;
  const shown = doubts.slice(0, 5);
  const source = (key: string) => sources[key]?.[lang] ?? key;
  const rows = shown.flatMap(({ at, flags, source: from }, i) =>
    flags.map((flag) => [`${i + 1}`, clockText(at, view.now, view.timeZone, lang), source(from), flagText(flag, lang)]),
  );
  const columns = say(lang, "#,时间,来源,存疑", "#,Time,Source,Doubt").split(",");
  return {
    v: 1,
    key: `doubts-${view.submissionId}`,
    title: say(lang, `存疑的数据:${view.person}《${view.title}》`, `Doubtful figures: ${view.person}, ${view.title}`),
    blocks:
      rows.length === 0
        ? [{ type: "text", text: say(lang, "没有存疑的数据了。", "No doubtful figures are left.") }]
        : [{ type: "table", columns, rows: rows.slice(0, 50), alignRight: [] }],
    buttons: shown.map(({ snapshotId }, i) => ({
      label: say(lang, `第 ${i + 1} 条没问题`, `No. ${i + 1} is right`),
      action: { type: "figures.overrule", id: view.submissionId, arg: snapshotId },
      tone: "normal",
    })),
  };
}
