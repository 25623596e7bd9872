/** A line on stderr that rewrites itself on a terminal, and is silent where nobody watches. */
export function progressLine(label: string): { show(done: number, total?: number): void; end(): void } {
  const live = process.stderr.isTTY === true;
  return {
    show(done, total) {
      if (!live) return;
      const bar = total ? `${"█".repeat(Math.round((done / total) * 24)).padEnd(24, "·")} ${done}/${total}` : `${done}`;
      process.stderr.write(`\r${label} ${bar}`);
    },
    end() {
      if (live) process.stderr.write("\n");
    },
  };
}
