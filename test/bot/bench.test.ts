import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";

it("koloop bench scale, small: every message is kept, many share a commit, and intake has not become many times slower", {
  timeout: 60_000,
}, async () => {
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
  // Measured 0.3 and 7 on a machine with other work (bench/README.md): the band is wide, since neighbours move both.
  expect(measured("full intake, share of raw")).toBeGreaterThan(0.08);
  expect(measured("full intake against Prisma")).toBeGreaterThan(2);
});
