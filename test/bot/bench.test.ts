import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";

it("koloop bench scale, small: every message is kept, many share a commit, and intake has not become many times slower", async () => {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  vi.stubEnv("KOLOOP_BENCH_ROUNDS", "3");
  vi.stubEnv("KOLOOP_BENCH_MESSAGES", "160");
  vi.stubEnv("KOLOOP_BENCH_PRISMA", "20");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { intakeFigures } = await import("#bench/scale-intake.ts");

  const figures = await intakeFigures(folder);

  const measured = (name: string) => figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
  expect(measured("messages kept, of those taken")).toBe(1);
  expect(measured("commits of one message alone")).toBe(1);
  expect(measured("commits a message, each one fsync")).toBeLessThanOrEqual(0.05);
  // By the clock a neighbour can take nearly all (0.06 of raw at a load of 22): processor time it does not move. Measured 0.09 and 7, while code is
  // still being compiled.
  expect(measured("full intake, raw's processor time of ours")).toBeGreaterThan(0.03);
  expect(measured("full intake, Prisma's processor time of ours")).toBeGreaterThan(2);
});

const talks = [[{ who: "customer", text: "我家养了猫" }]];

it("koloop bench hearing, small: the extractor and its peer hear the same talks, each in a process of its own", async () => {
  const { abreast } = await import("#bench/contenders.ts");

  const [ours, theirs] = await abreast(["extractor", "jieba"], talks, 1);

  // One short message, remembered after the first time: nobody needs more than ten milliseconds for it, nor less than a tenth of a microsecond.
  for (const { rate } of [ours, theirs]) expect(rate).toBeGreaterThan(100);
  for (const { rate } of [ours, theirs]) expect(rate).toBeLessThan(10_000_000);
});

it("a contender that fails ends the comparison", async () => {
  const { abreast } = await import("#bench/contenders.ts");

  await expect(abreast(["jieba", "nobody"], talks, 1)).rejects.toThrow("a contender ended with 1");
});
