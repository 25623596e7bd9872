import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

/** Where the vendor's list of customers and customer groups says something else than koloop knew. */
export type ContactDifference =
  | { kind: "new-contact" | "gone-contact"; id: string; name: string }
  | { kind: "renamed"; id: string; name: string; before: string }
  | { kind: "followers"; id: string; name: string; added: string[]; left: string[] }
  | { kind: "new-group"; id: string; name: string }
  | { kind: "renamed-group"; id: string; name: string; before: string };

/** More would be a list to scroll, not a message to read. */
const shownAtMost = 12;

/** Tells a manager what a reconciliation has found, before koloop goes by it. It asks nothing. */
export function contactDifferencesCard(view: {
  key: string;
  differences: readonly ContactDifference[];
  lang: Lang;
}): Card {
  const { key, differences, lang } = view;
  const more = differences.length - shownAtMost;
  const lines = differences.slice(0, shownAtMost).map((one) => differenceText(one, lang));
  return {
    v: 1,
    key,
    title: say(
      lang,
      `和企业微信核对:${differences.length} 处不同`,
      `Compared with WeCom: ${differences.length} differences`,
    ),
    blocks: [
      ...lines.map((text) => ({ type: "text" as const, text })),
      ...(more > 0 ? [{ type: "text" as const, text: say(lang, `还有 ${more} 处`, `and ${more} more`) }] : []),
      {
        type: "text",
        text: say(
          lang,
          "koloop 会按企业微信的来;标签和原话不变。",
          "koloop goes by what WeCom has; tags and quotes stay as they are.",
        ),
      },
    ],
    buttons: [],
  };
}

function differenceText(one: ContactDifference, lang: Lang): string {
  switch (one.kind) {
    case "new-contact":
      return say(lang, `新客户:${one.name}`, `new customer: ${one.name}`);
    case "gone-contact":
      return say(lang, `不再是客户:${one.name}`, `no customer any more: ${one.name}`);
    case "renamed":
      return say(lang, `客户改名:${one.before} → ${one.name}`, `customer renamed: ${one.before} → ${one.name}`);
    case "followers": {
      const change = [...one.added.map((id) => `+${id}`), ...one.left.map((id) => `-${id}`)].join(" ");
      return say(lang, `${one.name} 的跟进人:${change}`, `who follows ${one.name}: ${change}`);
    }
    case "new-group":
      return say(lang, `新客户群:${one.name}`, `new customer group: ${one.name}`);
    case "renamed-group":
      return say(lang, `客户群改名:${one.before} → ${one.name}`, `group renamed: ${one.before} → ${one.name}`);
  }
}
