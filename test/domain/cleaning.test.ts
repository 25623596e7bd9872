import { describe, expect, it } from "vitest";
import { cleanComments, cleanPost, type Figures, latestOf, peerRatios, type RawSnapshot } from "#domain/cleaning.ts";

const day = 86_400_000;
const now = 100 * day;
const figures = (reads: number | null, likes: number | null, rest: Partial<Figures> = {}): Figures => ({
  reads,
  likes,
  comments: null,
  shares: null,
  favourites: null,
  completionRate: null,
  ...rest,
});
const at = (days: number, of: Figures, fields: Partial<RawSnapshot> = {}): RawSnapshot => ({
  id: `s${days}${fields.source ?? ""}`,
  at: days * day,
  source: "koc",
  figures: of,
  overruled: false,
  ...fields,
});
/** Thirty posts that draw three to five likes a hundred reads. */
const peers = peerRatios(Array.from({ length: 30 }, (_, i) => figures(2000, 60 + (i % 5) * 10, { comments: 5 })));
const flagsOf = (...snapshots: RawSnapshot[]) =>
  cleanPost(snapshots, peers, now).flatMap((one) =>
    one.flags.map(({ metric, why, cleaned }) => ({ metric, why, cleaned })),
  );

describe("cleaning the figures of a post", () => {
  it("leaves an ordinary curve as it is, missing figures and a few likes taken back included", () => {
    const curve = [
      at(1, figures(1000, 40)),
      at(3, figures(null, 60)),
      at(7, figures(3000, 120)),
      at(8, figures(3100, 119)),
    ];

    expect(flagsOf(...curve)).toEqual([]);
    expect(latestOf(cleanPost(curve, peers, now))).toMatchObject({ reads: 3100, likes: 119, shares: null });
  });

  it("puts what follows from the reads in the place of likes that came without them", () => {
    const [flag] = flagsOf(at(1, figures(1000, 40)), at(2, figures(1100, 900)));

    expect(flag).toMatchObject({ metric: "likes", why: "reactions-without-reads" });
    expect(flag!.cleaned).toBeGreaterThan(39);
    expect(flag!.cleaned).toBeLessThan(60);
  });

  it("doubts reads that jump while nobody reacts", () => {
    const [flag] = flagsOf(at(1, figures(1000, 40, { comments: 3 })), at(2, figures(90_000, 41, { comments: 3 })));

    expect(flag).toMatchObject({ metric: "reads", why: "reads-without-reactions" });
  });

  it("does not punish a post that goes viral, with reactions to match", () => {
    expect(flagsOf(at(1, figures(1000, 40)), at(2, figures(200_000, 9000)))).toEqual([]);
  });

  it.each<[string, RawSnapshot[], { metric: string; why: string }]>([
    ["a snapshot from the future", [at(130, figures(10, null))], { metric: "reads", why: "future" }],
    ["a negative number", [at(1, figures(-5, null))], { metric: "reads", why: "negative" }],
    [
      "a completion rate over one",
      [at(1, figures(50, 1, { completionRate: 41 }))],
      { metric: "completionRate", why: "negative" },
    ],
    ["more likes than reads", [at(1, figures(30, 45))], { metric: "likes", why: "above-reads" }],
    [
      "a running total that falls",
      [at(1, figures(1000, 40)), at(2, figures(300, 41)), at(3, figures(1200, 50))],
      { metric: "reads", why: "decreasing" },
    ],
    [
      "sources that contradict each other: the better one stands",
      [at(2, figures(5000, 200), { source: "koc" }), at(2, figures(1500, 60), { source: "api" })],
      { metric: "reads", why: "contradiction" },
    ],
  ])("says why it leaves out %s", (_, curve, expected) => {
    expect(flagsOf(...curve)).toContainEqual({ ...expected, cleaned: null });
  });

  it("believes a person who says that the figures are right", () => {
    const curve = [at(1, figures(1000, 40)), at(2, figures(1100, 900), { overruled: true })];

    const cleaned = cleanPost(curve, peers, now);

    expect(latestOf(cleaned).likes).toBe(900);
    expect(cleaned[1]!.raw.figures.likes).toBe(900);
  });

  it("never changes the raw figures", () => {
    const curve = [at(1, figures(1000, 40)), at(2, figures(1100, 900))];
    const before = JSON.stringify(curve);

    cleanPost(curve, peers, now);

    expect(JSON.stringify(curve)).toBe(before);
  });
});

describe("cleaning comments", () => {
  const said = (author: string, text: string) => ({ submissionId: "S1", author, text });

  it("leaves out the author's own, doubles and what several paste in the same words", () => {
    const result = cleanComments(
      [
        said("作者", "谢谢大家"),
        said("甲", "座椅装了一次就会"),
        said("甲", "座椅装了一次就会!"),
        said("乙", "真的太好用了强烈推荐"),
        said("丙", "真的太好用了强烈推荐~"),
        said("丁", "真的太好用了,强烈推荐"),
        said("戊", "好看"),
        said("己", "好看"),
        said("庚", "好看"),
      ],
      () => "作者",
    );

    expect(result).toMatchObject({ own: 1, doubles: 1 });
    expect(result.copied.map(({ author }) => author)).toEqual(["乙", "丙", "丁"]);
    expect(result.kept.map(({ author }) => author)).toEqual(["甲", "戊", "己", "庚"]);
  });
});
