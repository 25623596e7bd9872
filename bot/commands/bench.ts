import { type Figure, reportOf, reportText } from "#bench/frame.ts";

const benches: Record<string, () => Promise<Figure[]>> = {
  segments: async () => (await import("#bench/segments.ts")).benchSegments(),
  loop: async () => (await import("#bench/loop.ts")).benchLoop(),
  hearing: async () => [
    ...(await (await import("#bench/hearing.ts")).benchHearing()),
    ...(await (await import("#bench/comments.ts")).benchComments()),
  ],
  comments: async () => (await import("#bench/comments.ts")).benchComments(),
  report: async () => (await import("#bench/report.ts")).benchReport(),
  answers: async () => (await import("#bench/answers.ts")).benchAnswers(),
  wecom: async () => (await import("#bench/wecom.ts")).benchWecom(),
  telegram: async () => (await import("#bench/telegram.ts")).benchTelegram(),
  match: async () => (await import("#bench/match.ts")).benchMatch(),
  learning: async () => (await import("#bench/learning.ts")).benchLearning(),
  scale: async () => (await import("#bench/scale.ts")).benchScale(),
  allocation: async () => (await import("#bench/allocation.ts")).benchAllocation(),
  erase: async () => (await import("#bench/erase.ts")).benchErase(),
  overload: async () => (await import("#bench/overload.ts")).benchOverload(),
};

/** `koloop bench NAME`: measures, against the peers and limits in the same run. 2 for a name that is none. */
export async function runBench(name: string, json: boolean): Promise<0 | 2> {
  const bench = benches[name];
  if (!bench) {
    process.stderr.write(
      `没有这个测量 / there is no such bench: ${name}. 有 / there are: ${Object.keys(benches).join(", ")}\n`,
    );
    return 2;
  }
  const report = reportOf(name, await bench(), new Date());
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`);
  return 0;
}
