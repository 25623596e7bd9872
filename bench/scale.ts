import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "./frame.ts";
import { intakeFigures } from "./scale-intake.ts";
import { startFigures } from "./scale-start.ts";

/** Durable intake in process against a raw group commit and a Prisma transaction a message, in the same run; then start and memory. */
export async function benchScale(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  try {
    return [...(await intakeFigures(folder)), ...(await startFigures(folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
