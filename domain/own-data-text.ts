/** What somebody says about the things koloop knows of them. `tag` is as they wrote it. */
export type OwnDataWord =
  | { kind: "show" }
  | { kind: "drop"; tag: string }
  | { kind: "clear" }
  | { kind: "forget" }
  | { kind: "no-capture" }
  | { kind: "capture" };

const end = "[吧了呀啊哦呢吗么嘛谢\\s。.!!??~]*$";
const polite = "^(?:请问|请|麻烦|麻烦你|麻烦您|能不能|可以|帮我|那)?(?:你|您|你们|您们|koloop)?(?:能|可以)?";

const shapes: readonly [OwnDataWord["kind"], RegExp][] = [
  [
    "forget",
    new RegExp(
      `${polite}(?:把)?(?:彻底|完全|永久)?(?:忘了|忘记|忘掉|注销|抹去|抹掉)(?:我|本人)(?:的一切|的账号|的账户)?${end}|${polite}(?:彻底|完全|永久)?(?:删除|删掉|清除|抹掉|销毁)(?:关于)?我的?(?:所有|全部|一切)(?:的)?(?:个人)?(?:信息|数据|资料|记录|东西|内容)?${end}|${polite}注销(?:我的)?(?:账号|账户|帐号)?${end}|^(?:please )?(?:forget (?:about )?me|erase (?:me|my data)|delete (?:me|(?:all )?(?:of )?my (?:personal )?(?:data|account|information)))(?: please)?${end}`,
      "i",
    ),
  ],
  [
    "clear",
    new RegExp(
      `${polite}(?:把)?(?:删除|删掉|清空|清除|去掉|取消)我?的?(?:所有|全部|一切)的?(?:标签|画像)${end}|^把我的?(?:所有|全部)?(?:标签|画像)(?:都|全)?(?:删除|删掉|清空|删了|清了|去掉)${end}|^(?:delete|remove|clear) (?:all )?(?:of )?my tags${end}`,
      "i",
    ),
  ],
  [
    "no-capture",
    new RegExp(
      `${polite}(?:别|不要|不许|不准|停止|不用)(?:再)?(?:记录|记|收集|分析|听|监听|采集)(?:我|我们)?(?:的)?(?:聊天|话|说的话|说话|对话|消息|信息|数据|内容|说的)*${end}|^(?:我)?(?:撤回|撤销|取消|收回)(?:我的)?(?:同意|授权)${end}|^我?不同意(?:记录|被记录|收集|存档|会话存档)?${end}|^(?:stop|do not|don't) (?:listen(?:ing)?|record(?:ing)?|collect(?:ing)?|track(?:ing)?)(?: to)?(?: me| my (?:messages|words|data|chats?))?${end}|^withdraw (?:my )?consent${end}`,
      "i",
    ),
  ],
  [
    "capture",
    new RegExp(
      `^(?:我)?同意(?:记录|被记录|收集|存档|会话存档|你们记录|授权)${end}|^(?:可以|恢复)(?:记录|收集)(?:我)?(?:的)?(?:聊天|话|对话|消息|信息)?${end}|^i (?:agree|consent)(?: to (?:recording|being recorded|it))?${end}`,
      "i",
    ),
  ],
  [
    "show",
    new RegExp(
      `${polite}(?:都|还)?(?:记得|记住|知道|了解|记录|保存|存|收集)(?:了|着|过)?(?:关于)?(?:我|我们)(?:的)?(?:些)?(?:什么|哪些|多少|啥)(?:信息|数据|事|事情|东西|标签)?${end}|${polite}(?:都|还)?(?:记得|记住|知道|记录|保存|存|收集)(?:了|着|过)?(?:关于)?我(?:的)?(?:哪些|什么|啥)?(?:信息|数据|标签)${end}|^(?:看看?|查看?|查询|查一下|看一下|显示)(?:我)的(?:标签|画像|信息|数据|资料|记录|个人信息)${end}|^我的(?:标签|画像|数据|资料|个人信息)(?:有哪些|是什么|呢)?${end}|^what do you (?:know|remember|have|store|keep)(?: about| on| of)? me${end}|^(?:show )?my (?:data|tags|profile)${end}`,
      "i",
    ),
  ],
];

const dropShape = new RegExp(
  `${polite}(?:删除|删掉|去掉|取消|移除)(?:我的)?(?:标签)?[「『“"]?(.{1,20}?)[」』”"]?(?:这个)?(?:标签)${end}|^(?:删除|删掉|去掉|移除)(?:我的)?标签[::\\s]*[「『“"]?(.{1,20}?)[」』”"]?${end}|^(?:delete|remove) (?:my )?tag (.{1,40}?)${end}`,
  "i",
);
const longest = 40;

/** Reads `你记得我什么?`, `删除标签 单身`, `删除我的所有标签`, `忘了我`, `别再记录我`, `同意记录`, and their English; undefined for anything else. */
export function readOwnData(text: string): OwnDataWord | undefined {
  const said = text.trim();
  if (said.length === 0 || said.length > longest) return undefined;
  for (const [kind, shape] of shapes)
    if (kind !== "drop" && shape.test(said)) return { kind } as Exclude<OwnDataWord, { kind: "drop" }>;
  const hit = dropShape.exec(said);
  const tag = (hit?.[1] ?? hit?.[2] ?? hit?.[3])?.trim();
  return tag ? { kind: "drop", tag } : undefined;
}
