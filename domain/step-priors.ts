/**
 * How far apart things may lie before anything is learned, in logits (standard deviations unless named a mean). Found by trying
 * values over development worlds; differences under one hundredth of the completions are noise there and were not chased.
 */
export const PRIORS = {
  seen: { level: 1, levelSd: 0.6, active: 0.8, activeSd: 0.4, tired: -0.15, tiredSd: 0.1 },
  accepted: {
    level: -1.6,
    levelSd: 0.7,
    tired: -0.3,
    tiredSd: 0.15,
    hint: 0.7,
    hintSd: 0.4,
    mention: 0.7,
    mentionSd: 0.4,
    says: 0.4,
    saysSd: 0.25,
    kin: 0.3,
    kinSd: 0.2,
    named: 0.35,
    namedSd: 0.25,
  },
  submitted: { level: 1, levelSd: 0.6 },
  approved: { level: 1.5, levelSd: 0.6 },
  taste: { all: 0.25, tags: 0.5, segment: 0.4, atSubmission: 0.5 },
  theme: { level: 0.5, far: 0.12, close: 0.33 },
  person: { seen: 0.5, accepted: 0.45, shared: 0.8, submitted: 0.55, approved: 0.55, taste: 0.4, pull: 0.5 },
  reasons: { topic: -0.2, topicSlope: -1.5, form: -1.6, formSlope: -2, levelSd: 0.7, slopeSd: 0.4 },
  task: { seen: 0.4, accepted: 0.5, submitted: 0.4, approved: 0.4 },
};
