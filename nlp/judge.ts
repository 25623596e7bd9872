import type { TagKey } from "#domain/taxonomy.ts";
import type { Manner } from "./pack.ts";
import type { Way } from "./reading.ts";
import type { Scope } from "./scope.ts";

/** What the words around a way of saying make of it. */
export type Verdict = "holds" | "ended" | "silent" | "opposite";

/** What a phrase of a turn says of its subject, whatever was asked before. */
export type Judged = {
  tag: TagKey;
  dimension: string;
  start: number;
  end: number;
  way: Exclude<Way, "answer" | "assents" | "lets" | "elicited" | "exchange" | "infers">;
  evidence: string;
  ended: boolean;
  /** A sign shows more where it was asked for. */
  isSign: boolean;
};

/** Tags of these dimensions are the household's (`我老婆想要大点的` shows `space`); all others are the subject's own. */
const HOUSEHOLD = new Set(["family", "need", "motive", "stage", "life_event"]);

/** What parents do or are says nothing of the household in these. */
const NOT_OF_ELDERS = new Set([
  "married",
  "single",
  "in_relationship",
  "expecting",
  "first_time_buyer",
  "new_owner",
  "long_time_owner",
  "moving",
  "job_change",
  "promotion",
]);

/** Tags that films, songs and posts themselves show. */
const ON_SCREEN = new Set([
  "music",
  "gaming",
  "sports_star_fan",
  "prefers_video",
  "prefers_photo_text",
  "prefers_longform",
  "content_creator",
  "tech_follower",
  "photography",
  "comparing",
  "waiting",
]);

/** When and how one may be reached: being busy right now says nothing of it. */
const HABIT_OF_DAY = new Set(["no_calls", "weekend_only", "night_owl"]);

/** Decides by the rules of labelling whether a heard phrase says something of the subject now. `asked` phrases are settled by their answers. */
export function judge(scope: Scope, manner: Manner, dimension: string, tag: string): Verdict {
  if (isSomebodyElses(scope, dimension, tag)) return "silent";
  if (scope.told && !ON_SCREEN.has(tag) && !scope.asked && !isToSeller(scope, dimension)) return "silent";
  if (manner === "retracts") {
    return scope.hypothetical ||
      scope.asked ||
      scope.quoted ||
      scope.passing ||
      (!OF_THE_DEAL.has(dimension) && scope.paused) ||
      (OF_ONESELF.has(dimension) && scope.bettered)
      ? "silent"
      : "ended";
  }
  if (dimension === "need") return judgeNeed(scope, manner, tag);
  if (dimension === "emotion") return judgeEmotion(scope, manner, tag);
  if (dimension === "motive" && scope.longAgo) return "silent";
  if (dimension === "stage" || dimension === "motive") return judgePlan(scope, manner);
  return judgeState(scope, manner, dimension, tag);
}

/** What the seller puts on a screen is the seller's doing: `你们就知道发广告 问个问题没一个人回`. */
const isToSeller = (scope: Scope, dimension: string): boolean => dimension === "emotion" && scope.whose === "addressee";

function isSomebodyElses(scope: Scope, dimension: string, tag: string): boolean {
  if (dimension === "emotion" && isNamed(scope.whose) && scope.served) return false;
  // Hearsay that the subject asks about is a worry of their own.
  if (scope.whose === "others") return !(dimension === "need" && scope.asked && scope.quoted);
  if (scope.whose === "partner" || scope.whose === "child" || scope.whose === "elder") {
    if (!HOUSEHOLD.has(dimension)) return dimension !== "emotion" || scope.whose !== "partner";
    return scope.whose === "elder" && NOT_OF_ELDERS.has(tag);
  }
  return (
    scope.whose === "addressee" &&
    dimension !== "need" &&
    dimension !== "emotion" &&
    dimension !== "stage" &&
    dimension !== "motive" &&
    dimension !== "persona"
  );
}

const isNamed = (whose: Scope["whose"]): boolean => whose === "others" || whose === "child" || whose === "elder";

/** What one is like about money, which holds or ends as a state does. */
const ATTITUDES = new Set(["quality_seeker", "value_seeker", "price_sensitive"]);

/** Needs that suppose what may go wrong: `要是电池鼓包了能退吗`. */
const OF_MISHAPS = new Set(["after_sales", "safety"]);

/** A question about a product, a complaint or a wish all show the need; only not minding takes it back. */
function judgeNeed(scope: Scope, manner: Manner, tag: string): Verdict {
  if (scope.ofTheShop) return "silent";
  if (scope.indifferent || (scope.quoted && !scope.asked)) return "silent";
  if (scope.hypothetical && !scope.asked && !scope.likened && !OF_MISHAPS.has(tag)) return "silent";
  if (scope.over && !scope.asked && !ATTITUDES.has(tag)) return "silent";
  const attitude = ATTITUDES.has(tag);
  if (attitude ? scope.quoted : scope.waived) return "silent";
  if (attitude && scope.over && !scope.negated) return "ended";
  if (attitude && manner !== "asks" && (scope.negated || scope.past)) return "silent";
  return "holds";
}

function judgeEmotion(scope: Scope, manner: Manner, tag: string): Verdict {
  if (scope.hypothetical || scope.quoted) return "silent";
  if (scope.takenBack) return "ended";
  if (scope.asked && manner !== "asks" && tag === "satisfied") return "silent";
  if (scope.negated) return "silent";
  if (tag === "satisfied" && scope.sarcastic) return "opposite";
  return "holds";
}

function judgePlan(scope: Scope, manner: Manner): Verdict {
  if (scope.ended && !scope.hypothetical && !scope.passing) return "ended";
  if (scope.negated || scope.quoted || (scope.hypothetical && !(scope.likened && manner === "asks"))) return "silent";
  if (scope.asked && manner !== "asks" && scope.whose === "addressee") return "silent";
  return "holds";
}

/** Who wonders whether to get something for the family, or whether to speak up, has the family, and the trait, already. */
const PRESUMED = new Set(["family", "expertise", "emotion", "format", "persona"]);
const isPresumed = (dimension: string, tag: string): boolean => PRESUMED.has(dimension) && tag !== "pet_family";

/** What one is and does is left behind by words beside; a tie or a home is not. */
const OF_ONESELF = new Set(["identity", "interest"]);

/** What is decided today holds: `不等了 今天就定`. */
const OF_THE_DEAL = new Set(["stage", "emotion", "motive", "need"]);

/** Ties to somebody end by words for the tie alone. */
const TIES = new Set(["married", "in_relationship", "has_kids", "two_kids", "school_age_kid", "pet_family"]);

/** Who gave up work is that. */
const IDLE = "retiree";

/** A state of life or a trait. Who asks about something for the family presumes the family. */
function judgeState(scope: Scope, manner: Manner, dimension: string, tag: string): Verdict {
  if (scope.busy && HABIT_OF_DAY.has(tag)) return "silent";
  if (scope.imagined && manner !== "asks" && !isPresumed(dimension, tag)) return "silent";
  if (
    (scope.hypothetical && !(TIES.has(tag) && scope.owned)) ||
    (scope.once && (dimension === "identity" || dimension === "persona"))
  )
    return "silent";
  const lasting = dimension !== "community" && dimension !== "expertise" && dimension !== "life_event" && tag !== IDLE;
  const over =
    (scope.ended && (TIES.has(tag) ? scope.parting : !(OF_ONESELF.has(dimension) && scope.bettered))) ||
    (OF_ONESELF.has(dimension) && scope.leftBehind && !scope.asked) ||
    (scope.over && !scope.negated && manner !== "asks");
  if (lasting && over && !scope.passing && !scope.paused) return "ended";
  if (scope.negated || scope.past || scope.quoted) return "silent";
  if (scope.asked && manner !== "asks" && dimension !== "family" && scope.whose !== "self") return "silent";
  return "holds";
}
