import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "./frame.ts";

const parts: Record<string, (folder: string) => Promise<Figure[]>> = {
  intake: async (folder) => (await import("./scale-intake.ts")).intakeFigures(folder),
  webhook: async (folder) => (await import("./scale-webhook.ts")).webhookFigures(folder),
  chat: async (folder) => (await import("./scale-chat.ts")).chatFigures(folder),
  retag: async (folder) => (await import("./scale-retag.ts")).retagFigures(folder),
  cluster: async () => (await import("./scale-cluster.ts")).clusterFigures(),
  day: async (folder) => (await import("./scale-day.ts")).dayFigures(folder),
  start: async (folder) => (await import("./scale-start.ts")).startFigures(folder),
};

/** What koloop takes in, and how it starts, against peers and limits in the same run. `KOLOOP_BENCH_PARTS` names the parts to run; all where it is not set. */
export async function benchScale(): Promise<Figure[]> {
  const wanted = process.env.KOLOOP_BENCH_PARTS?.split(",") ?? Object.keys(parts);
  const figures: Figure[] = [];
  for (const name of wanted) {
    const part = parts[name.trim()];
    if (!part) throw new Error(`KOLOOP_BENCH_PARTS: there is no ${name}; there are ${Object.keys(parts).join(", ")}`);
    const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
    try {
      figures.push(...(await part(folder)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return figures;
}
