import { z } from "zod";

/**
 * All that a button can mean. The code is what travels (Telegram allows 64 bytes for the whole token), so it never changes its
 * meaning; a new action gets a new code, and `handlers/routes.ts` does not compile until someone handles it.
 */
const codes = {
  "suggestion.confirm": "sc",
  "suggestion.confirm-all": "sa",
  "suggestion.reject-all": "sr",
  "task.send": "ts",
  "task.cancel": "tc",
  "task.people": "tw",
  "offer.accept": "oa",
  "offer.decline": "od",
  "offer.decline-because": "ob",
  "hand-in.choose": "hc",
  "review.approve": "ra",
  "review.send-back": "rs",
  "review.reject": "rr",
  "metrics.choose": "mc",
  "task.report": "tr",
  "answer.choose": "qc",
  "answer.again": "qa",
  "answer.subscribe": "qs",
  "task.suits": "tf",
  "task.take": "tk",
  "offer.show": "os",
  "profile.show": "ps",
  "profile.tags": "pt",
  "profile.tag": "pg",
  "profile.remove": "pr",
  "profile.lock": "pl",
  "profile.unlock": "pk",
  "profile.undo": "pu",
  "profile.history": "ph",
  "profile.merge": "pm",
  "profile.unmerge": "pn",
  "offer.promise": "op",
  "review.send-back-because": "rb",
  "review.each": "re",
  "review.all": "rl",
  "review.all-sure": "ry",
  "wave.send": "ws",
  "task.autopilot": "ta",
  "segment.apply": "ga",
  "segment.drop": "gd",
  "segment.retire": "gr",
  "health.repush": "hp",
  "health.retire-theme": "ht",
  "health.template": "hm",
  "health.thank": "hk",
  "figures.overrule": "fo",
  "wave.propose": "wp",
  "write.say": "wt",
  "task.change": "tg",
  "template.use": "tu",
  "template.archive": "tv",
  "vocabulary.apply": "va",
  "vocabulary.drop": "vd",
  "vocabulary.undo": "vu",
  "moment.take": "mt",
  "moment.later": "ml",
  "moment.unfit": "mu",
  "table.take": "xt",
  "table.drop": "xd",
  "figures.give": "fg",
  "figures.skip": "fs",
  "figures.gone": "fx",
  "invite.accept": "ia",
  "phrase.accept": "la",
  "phrase.drop": "lb",
  "phrase.undo": "lc",
  "theme.retire": "le",
  "theme.revive": "lv",
  "theme.undo": "lt",
  "learned.forget": "lf",
  "learned.restore": "lr",
  "override.undo": "lo",
  "own.show": "nw",
  "own.drop": "nd",
  "own.clear": "nc",
  "own.ask-forget": "na",
  "own.forget": "nf",
  "approval.give": "ag",
  "approval.refuse": "ar",
} as const;

export type ActionType = keyof typeof codes;

/** What a press means: `id` names what it is about, `arg` the choice where there is one. Both are our own short ids and keys. */
export type Action = { type: ActionType; id: string; arg?: string };

export const actionTypes = Object.keys(codes) as ActionType[];
const typeOfCode = new Map(actionTypes.map((type) => [codes[type] as string, type]));

export const actionSchema: z.ZodType<Action> = z.object({
  type: z.enum(actionTypes as [ActionType, ...ActionType[]]),
  id: z.string().min(1),
  arg: z.string().optional(),
});

/** The action as a token of at most 64 bytes, such as `sc.k3jd92a0.video`. Throws where an id is too long for that. */
export function encodeAction(action: Action): string {
  const token = [codes[action.type], action.id, ...(action.arg === undefined ? [] : [action.arg])].join(".");
  if (Buffer.byteLength(token) > 64) throw new Error(`action token over 64 bytes: ${action.type}`);
  return token;
}

/** Reads a token back; undefined for anything that `encodeAction` would not have written. */
export function decodeAction(token: string): Action | undefined {
  if (token.length > 64) return undefined;
  const [code, id, arg, ...rest] = token.split(".");
  const type = typeOfCode.get(code ?? "");
  if (!type || !id || rest.length > 0) return undefined;
  return arg === undefined ? { type, id } : { type, id, arg };
}
