import type { Chance } from "./chance.ts";
import { type MatchPerson, type MatchSetup, type MatchTask, type Offer, rankPeople } from "./match.ts";
import type { Wave } from "./plan.ts";

/** One push in ten is decided by fixed rules: what learning is measured against. */
export const holdoutShare = 0.1;

export type PlannedOffer = Offer & { policy: "learned" | "holdout" };
export type PlannedOffers = Omit<Wave, "offers"> & { offers: PlannedOffer[] };

/**
 * Gives about one place in ten of a wave to the fixed rule: a person drawn evenly from all whom the hard rules allow and the wave has not
 * chosen (or who had the place), in a form drawn evenly. Nothing that was learned decides there, and the even chances are what is recorded.
 */
export function withHoldout(
  wave: Wave,
  eligible: readonly Offer[],
  world: { task: MatchTask; people: ReadonlyMap<string, MatchPerson>; setup: MatchSetup },
  chance: Chance,
): PlannedOffers {
  const taken = new Set(wave.offers.map((offer) => offer.person));
  const pool = eligible.filter((offer) => !taken.has(offer.person));
  let { expected, low, high } = wave;
  const offers = wave.offers.map((offer): PlannedOffer => {
    if (chance() >= holdoutShare) return { ...offer, policy: "learned" };
    const drawn = Math.floor(chance() * (pool.length + 1));
    const person = pool[drawn] ?? offer;
    const held = evenOffer(person, world, chance);
    if (!held) return { ...offer, policy: "learned" };
    if (person !== offer) pool.splice(drawn, 1, offer);
    const change = held.expected - offer.expected;
    [expected, low, high] = [expected + change, Math.max(0, low + change), Math.max(0, high + change)];
    return held;
  });
  return { offers, expected: Math.max(0, expected), low, high };
}

function evenOffer(
  offer: Offer,
  { task, people, setup }: { task: MatchTask; people: ReadonlyMap<string, MatchPerson>; setup: MatchSetup },
  chance: Chance,
): PlannedOffer | undefined {
  const person = people.get(offer.person);
  const forms = Object.keys(offer.chances);
  const form = forms[Math.floor(chance() * forms.length)];
  if (!person || form === undefined) return undefined;
  const [only] = rankPeople({ ...task, forms: [form] }, [person], setup, 1).offers;
  if (!only) return undefined;
  const chances = Object.fromEntries(forms.map((each) => [each, 1 / forms.length]));
  return { ...only, chances, probability: 1 / forms.length, policy: "holdout" };
}
