import type { Lang } from "./card.ts";
import { formName, say } from "./names.ts";

/** The words of the forms on the page of what was learned. */
export function learningPageWords(lang: Lang) {
  return {
    heading: say(lang, "改动(有原因,有到期,可撤销)", "Changes (with a reason and an end; each can be undone)"),
    weight: say(lang, "形式权重", "Form weight"),
    theme: say(lang, "主题", "Theme"),
    tag: say(lang, "提示学到的", "Learned of suggestions"),
    freeze: say(lang, "冻结", "Freeze"),
    floor: say(lang, "不低于", "Not below"),
    percent: say(lang, "百分比(冻结可不填)", "Per cent (freeze: may be empty)"),
    reason: say(lang, "原因", "Reason"),
    days: say(lang, "几天后到期", "Ends in days"),
    retire: say(lang, "停用", "Retire"),
    keep: say(lang, "保留(否决判断)", "Keep (veto)"),
    apply: say(lang, "执行", "Apply"),
    forget: say(lang, "忘掉", "Forget"),
    lift: say(lang, "解除", "Lift"),
    undo: say(lang, "撤销", "Undo"),
    strong: say(lang, "表现突出,可以再来", "Strong, worth doing again"),
    start: (title: string) => say(lang, `用模板发起新任务 · ${title}`, `New task from the template · ${title}`),
    inForce: say(lang, "正在生效", "In force"),
    nothing: say(lang, "还没有学到可改的。", "Nothing learned yet that could be changed."),
    done: say(lang, "已改动。", "Done."),
    undone: say(lang, "已撤销,和之前一样。", "Undone: as it was before."),
    lacks: {
      reason: say(lang, "没有改:请写原因。", "Not changed: please say why."),
      value: say(lang, "没有改:百分比要在 1 到 95 之间。", "Not changed: the per cent must lie between 1 and 95."),
      weight: say(lang, "没有改:这个权重不在了。", "Not changed: that weight is gone."),
      end: say(lang, "没有改:到期时间不对。", "Not changed: the end is not usable."),
      gone: say(lang, "没有改:对应的内容不在了。", "Not changed: what it was about is gone."),
    },
    form: (form: string) => formName(form, lang),
  };
}
