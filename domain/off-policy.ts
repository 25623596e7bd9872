/**
 * What another way of choosing forms would have brought, from the log of what was chosen with which chance. Two estimates: weighting by
 * inverse chances, normalised (Hajek; Swaminathan and Joachims 2015), and doubly robust (Dudik, Langford and Li 2011), which starts from
 * what the model expected of every form and corrects it by what really came; it is right when either the chances or the expectations are.
 */
export type LoggedChoice = {
  form: string;
  /** The true chances of the forms that were open, as logged at push time; they sum to 1. */
  chances: Readonly<Record<string, number>>;
  /** What the model expected of each open form then. */
  expected: Readonly<Record<string, number>>;
  completed: boolean;
};

/** Another way to choose: the chance of each open form. */
export type TargetPolicy = (choice: LoggedChoice) => Readonly<Record<string, number>>;

export type PolicyValue = {
  pushes: number;
  /** Doubly robust: completions per push, with a 95 % interval. */
  estimate: number;
  low: number;
  high: number;
  /** Self-normalised inverse-propensity estimate of the same, and the mean weight, which is near 1 when the logged chances are true. */
  weighted: number;
  meanWeight: number;
  /** What really came per push. */
  observed: number;
};

/** Each open form alike. */
export const evenly: TargetPolicy = (choice) => {
  const forms = Object.keys(choice.chances);
  return Object.fromEntries(forms.map((f) => [f, 1 / forms.length]));
};

/** Always one form where it is open, else evenly. */
export const always =
  (form: string): TargetPolicy =>
  (choice) =>
    form in choice.chances ? { [form]: 1 } : evenly(choice);

export function policyValue(log: readonly LoggedChoice[], policy: TargetPolicy): PolicyValue {
  let [weights, hits, sum, squares, completed] = [0, 0, 0, 0, 0];
  for (const choice of log) {
    const wanted = policy(choice);
    const weight = (wanted[choice.form] ?? 0) / choice.chances[choice.form]!;
    const came = choice.completed ? 1 : 0;
    weights += weight;
    hits += weight * came;
    completed += came;
    let term = weight * (came - (choice.expected[choice.form] ?? 0));
    for (const [form, chance] of Object.entries(wanted)) term += chance * (choice.expected[form] ?? 0);
    sum += term;
    squares += term * term;
  }
  const n = Math.max(1, log.length);
  const estimate = sum / n;
  const half = 1.96 * Math.sqrt(Math.max(0, squares / n - estimate * estimate) / n);
  return {
    pushes: log.length,
    estimate,
    low: Math.max(0, estimate - half),
    high: Math.min(1, estimate + half),
    weighted: weights > 0 ? hits / weights : 0,
    meanWeight: weights / n,
    observed: completed / n,
  };
}

export type HoldoutVerdict = {
  verdict: "yes" | "no" | "not-yet";
  /** Completions per push: learned less fixed, with a 95 % interval. */
  difference: number;
  low: number;
  high: number;
};

/** Does learning pay? The learned pushes against a holdout by fixed rules (Newcombe's interval without its correction, 1998). */
export function compareHoldout(
  learned: { pushes: number; completed: number },
  fixed: { pushes: number; completed: number },
): HoldoutVerdict {
  if (learned.pushes === 0 || fixed.pushes === 0) return { verdict: "not-yet", difference: 0, low: -1, high: 1 };
  const [a, b] = [wilson(learned), wilson(fixed)];
  const difference = a.rate - b.rate;
  const low = difference - Math.hypot(a.rate - a.low, b.high - b.rate);
  const high = difference + Math.hypot(a.high - a.rate, b.rate - b.low);
  return { verdict: low > 0 ? "yes" : high < 0 ? "no" : "not-yet", difference, low, high };
}

/** Wilson's interval of a share (1927), 95 %. */
function wilson({ pushes, completed }: { pushes: number; completed: number }): {
  rate: number;
  low: number;
  high: number;
} {
  const z2 = 1.96 ** 2;
  const rate = completed / pushes;
  const middle = (rate + z2 / (2 * pushes)) / (1 + z2 / pushes);
  const half = (1.96 / (1 + z2 / pushes)) * Math.sqrt((rate * (1 - rate)) / pushes + z2 / (4 * pushes * pushes));
  return { rate, low: middle - half, high: middle + half };
}
