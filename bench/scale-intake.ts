import { join } from "node:path";
import { type Figure, median, quantile, warming } from "./frame.ts";
import { cpuSince, openDesk } from "./scale-desk.ts";
import { inFlight, openPrisma, openRaw } from "./scale-peers.ts";

const rounds = Number(process.env.KOLOOP_BENCH_ROUNDS ?? 5);
const messages = Number(process.env.KOLOOP_BENCH_MESSAGES ?? 1500);
const prismaMessages = Number(process.env.KOLOOP_BENCH_PRISMA ?? 150);

/** Durable intake in process against a raw group commit and a Prisma transaction a message, by turns in one run. */
export async function intakeFigures(folder: string): Promise<Figure[]> {
  const desk = await openDesk(join(folder, "koloop.db"));
  const raw = openRaw(join(folder, "raw.db"));
  const prisma = await openPrisma(join(folder, "prisma.db"));
  const alone = await desk.take(1, 1);
  const rates: Record<"koloop" | "raw" | "prisma", number[]> = { koloop: [], raw: [], prisma: [] };
  const cpus: Record<"koloop" | "raw" | "prisma", number[]> = { koloop: [], raw: [], prisma: [] };
  const commits: number[] = [];
  for (let round = -warming; round < rounds; round++) {
    const cpu = process.cpuUsage();
    const rawRate = raw.take(messages);
    const rawCpu = cpuSince(cpu) / messages;
    const own = await desk.take(messages, inFlight);
    const prismaFrom = process.cpuUsage();
    const prismaRate = await prisma.take(prismaMessages);
    const prismaCpu = cpuSince(prismaFrom) / prismaMessages;
    if (round < 0) continue;
    rates.raw.push(rawRate);
    cpus.raw.push(rawCpu);
    rates.koloop.push(own.rate);
    cpus.koloop.push(own.cpuUs);
    commits.push(own.commits / messages);
    rates.prisma.push(prismaRate);
    cpus.prisma.push(prismaCpu);
  }
  const latencies = await desk.paced(Math.min(messages, 800), median(rates.koloop) / 2);
  const kept = await desk.close();
  raw.close();
  await prisma.close();

  const ratio = (peer: "raw" | "prisma") => median(rates.koloop.map((rate, round) => rate / rates[peer][round]!));
  const effort = (peer: "raw" | "prisma") => median(cpus[peer].map((us, round) => us / cpus.koloop[round]!));
  const how = `medians of ${rounds} x ${messages} messages of different customers after ${warming} rounds of all: message, 2 suggestions, membership, card; flushed before it is acknowledged`;
  const figure = (
    name: string,
    value: number,
    unit: string,
    goal = "",
    holds: boolean | null = null,
    against = "",
  ): Figure => ({
    ...{ name, value, unit, goal, holds, against, how },
  });
  const [toRaw, toPrisma, fsyncs, p99] = [ratio("raw"), ratio("prisma"), median(commits), quantile(latencies, 0.99)];
  return [
    figure("full intake, 32 in flight", median(rates.koloop), "messages/s"),
    figure("raw group commit of 32", median(rates.raw), "messages/s"),
    figure("Prisma interactive transaction a message", median(rates.prisma), "messages/s"),
    figure(
      "full intake, share of raw",
      toRaw,
      "x",
      ">= 0.5",
      toRaw >= 0.5,
      "better-sqlite3, 32 messages a transaction, same rows",
    ),
    figure(
      "full intake against Prisma",
      toPrisma,
      "x",
      ">= 25",
      toPrisma >= 25,
      "one interactive transaction a message, same rows",
    ),
    figure("full intake, processor time a message", median(cpus.koloop), "µs"),
    figure("raw group commit, processor time a message", median(cpus.raw), "µs"),
    figure(
      "full intake, raw's processor time of ours",
      effort("raw"),
      "x",
      "",
      null,
      "the share that neighbours on the machine do not move",
    ),
    figure("full intake, Prisma's processor time of ours", effort("prisma"), "x"),
    figure("commits a message, each one fsync", fsyncs, "", "<= 0.05", fsyncs <= 0.05),
    figure("commits of one message alone", alone.commits, "", "1", alone.commits === 1),
    figure("event to outbox at half of that load, p99", p99, "ms", "<= 100", p99 <= 100),
    figure("messages kept, of those taken", kept, "x", "1", kept === 1),
  ];
}
