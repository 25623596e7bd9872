import type { DeclineReason } from "./task.ts";

/** Ways to say why not; the first that fits counts: "no time for videos" is about time, "I can't do videos" about videos. */
const shapes: readonly [DeclineReason, RegExp][] = [
  [
    "too_often",
    /频繁|(?:发|推|找我?|问)(?:得|的)?太(?:多|勤)|老是(?:发|推|找)|天天(?:发|推|找)|too (?:often|many)|spam/i,
  ],
  ["no_time", /没(?:有)?(?:什么)?(?:时间|空|功夫|精力)|(?:no|not enough) time/i],
  [
    "wrong_form",
    /(?:不|没|别)[^,,。;;]{0,4}(?:出镜|露脸|拍视频|拍照|写长文|直播|剪辑)|(?:视频|图文|长文|直播|文章)[^,,。;;]{0,3}(?:不行|不会|太难|太麻烦|做不来|不擅长)|(?:can't|don't|not) [^,.;]{0,12}(?:video|film|photo|write|stream)/i,
  ],
  [
    "reward_low",
    /(?:奖励|积分|报酬|稿费|钱|酬劳)[^,,。;;]{0,4}(?:太?少|太?低|不够|不多)|不(?:划算|值得)|白干|(?:reward|pay|points)[^,.;]{0,12}(?:low|little|small)|not worth/i,
  ],
  [
    "not_me",
    /(?:我|家里|我们家?)[^,,。;;]{0,3}(?:没有|没)[^,,。;;时空]{1,8}$|不符合|不适合我|和我(?:没关系|无关)|(?:don't|do not) (?:have|own) (?:a|any|one)\b(?! time)/i,
  ],
  ["no_time", /(?:太|最近|这周|这阵子?|年底|月底)[^,,。;;]{0,3}忙|来不及|出差|加班|赶不上|(?:too )?busy|travell?ing/i],
  [
    "not_interested",
    /(?:没|不感?)(?:什么)?兴趣|不(?:太)?(?:喜欢|想(?:做|写|拍|聊))|没意思|无聊|not (?:interested|my thing)|boring/i,
  ],
];

/** What somebody's own words for "not this time" come to; undefined where they say something else. */
export const readDecline = (words: string): DeclineReason | undefined =>
  shapes.find(([, shape]) => shape.test(words))?.[0];
