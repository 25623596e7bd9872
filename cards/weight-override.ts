import type { Override } from "#domain/override.ts";
import type { Card, Lang } from "./card.ts";
import { dayText, formName, say } from "./names.ts";

const share = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** What was ordered, in a line: frozen at, or not below. */
export function overrideText({ kind, value }: Pick<Override, "kind" | "value">, lang: Lang): string {
  return kind === "freeze"
    ? say(lang, `冻结在 ${share(value)}`, `frozen at ${share(value)}`)
    : say(lang, `不低于 ${share(value)}`, `not below ${share(value)}`);
}

type OverrideView = {
  id: string;
  segment: string;
  form: string;
  learned: number;
  /** Undefined: it was lifted. */
  override: Override | undefined;
  undone: boolean;
  zone: string;
  lang: Lang;
};

/** A manager's word on a weight, with its reason and its end; or that it was lifted. */
export function overrideCard(view: OverrideView): Card {
  const { id, override, lang, zone } = view;
  const name = `${view.segment} · ${formName(view.form, lang)}`;
  const until = override && dayText(override.until, zone, lang);
  return {
    v: 1,
    key: `override-${id}`,
    title: override
      ? say(lang, `「${name}」${overrideText(override, lang)}`, `“${name}” is ${overrideText(override, lang)}`)
      : say(lang, `「${name}」照学到的算`, `“${name}” goes by what is learned`),
    blocks: [
      { type: "fact", label: say(lang, "学到的", "Learned"), value: share(view.learned) },
      ...(override
        ? [
            { type: "fact" as const, label: say(lang, "原因", "Reason"), value: override.reason },
            {
              type: "fact" as const,
              label: say(lang, "到期", "Ends"),
              value: say(lang, `${until},到时自动恢复`, `${until}, by itself`),
            },
          ]
        : []),
    ],
    buttons: view.undone
      ? []
      : [{ label: say(lang, "撤销", "Undo"), action: { type: "override.undo", id }, tone: "normal" }],
    ...(view.undone && { settled: say(lang, "已撤销,和之前一样", "undone, as it was before") }),
  };
}

/** What an order lacked, and how it is said. */
export function overrideHintCard(lacks: "reason" | "value" | "weight" | "end", key: string, lang: Lang): Card {
  const words = {
    reason: say(lang, "请说明原因。", "Please say why."),
    value: say(lang, "请说下限是多少(1% 到 95%)。", "Please say how low it may go (1 % to 95 %)."),
    weight: say(
      lang,
      "没有找到这个分群和形式的权重:请写分群的名字和一种形式,学到了权重才能改。",
      "No weight of that segment and form was found: name the segment and one form; only what was learned can be changed.",
    ),
    end: say(lang, "到期时间没看懂,或者已经过去。", "When it ends was not understood, or is past."),
  };
  const example = say(
    lang,
    "例:冻结权重 家庭 视频,因为新品期,30天;设下限 家庭 视频 20%,因为要拍新车,到12月31日;解冻 家庭 视频",
    "e.g. freeze weight family video for 30 days because of the launch; floor family video 20 % for 2 weeks because …; release family video",
  );
  return {
    v: 1,
    key,
    title: words[lacks],
    blocks: [{ type: "text", text: example }],
    buttons: [],
  };
}
