import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Store } from "#db/store.ts";

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600];

/** What the inbox and the outbox tell of what they do. Times in ms. */
export type Observe = {
  handled(channel: string, type: string, tookMs: number): void;
  /** A delivery has gone out, so long after it was promised. */
  sent(channel: string, purpose: string, afterMs: number): void;
  failed(channel: string, what: "event" | "delivery"): void;
};

export type Metrics = Observe & {
  /** A channel was told something of a kind that koloop does not listen to. */
  unheard(channel: string, kind: string): void;
  contentType: string;
  text(): Promise<string>;
};

/** Figures for Prometheus: numbers only, never what anybody said, nor who. Counts of tables are read when they are asked for. */
export function createMetrics(store: Store, now: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "koloop_" });
  const registers = [registry];
  const handled = new Histogram({
    name: "koloop_event_to_commit_seconds",
    help: "From an event's arrival to its commit",
    labelNames: ["channel", "type"],
    buckets: seconds,
    registers,
  });
  const sent = new Histogram({
    name: "koloop_promise_to_delivery_seconds",
    help: "From the commit of what koloop has to say to its delivery",
    labelNames: ["channel", "purpose"],
    buckets: seconds,
    registers,
  });
  const failed = new Counter({
    name: "koloop_failures_total",
    help: "Events and deliveries that failed once",
    labelNames: ["channel", "what"],
    registers,
  });
  const unheard = new Counter({
    name: "koloop_unheard_total",
    help: "What vendors told that koloop does not listen to, by kind",
    labelNames: ["channel", "kind"],
    registers,
  });
  const gauge = (name: string, help: string, label?: string) =>
    new Gauge({ name, help, registers, ...(label !== undefined && { labelNames: [label] }) });
  const outbox = gauge("koloop_outbox_items", "What koloop has to say, by status", "status");
  const suggestions = gauge(
    "koloop_suggestions",
    "Questions to employees, by status: confirmed / answered is the confirm rate",
    "status",
  );
  const oldest = gauge("koloop_outbox_oldest_seconds", "Age of the oldest delivery that is due");
  const jobs = gauge("koloop_queue_jobs", "Jobs in the queue of PostgreSQL");
  const jobAge = gauge("koloop_queue_oldest_seconds", "Age of the oldest job that is due");
  const setAside = gauge("koloop_dead_events", "Events that were set aside");

  async function lookUp(): Promise<void> {
    await store.read(async (tx) => {
      const { sql } = tx.connection;
      const number = async (text: string, ...values: number[]) =>
        Number((await sql.get<{ n: number | null }>(text, ...values))?.n ?? 0);
      for (const [status, count] of Object.entries(await tx.outbox.counts())) outbox.set({ status }, count);
      const asked = await sql.all<{ status: string; n: number }>(
        "SELECT status, count(*) AS n FROM suggestion GROUP BY status",
      );
      for (const { status, n } of asked) suggestions.set({ status }, Number(n));
      const due = await number("SELECT min(run_at) AS n FROM outbox WHERE status = 'waiting' AND run_at <= ?", now());
      oldest.set(due === 0 ? 0 : (now() - due) / 1000);
      setAside.set(await number("SELECT count(*) AS n FROM dead_event"));
      const { waiting, oldestMs } = await tx.jobs.backlog();
      jobs.set(waiting);
      jobAge.set(oldestMs / 1000);
    });
  }
  return {
    contentType: registry.contentType,
    async text() {
      await lookUp();
      return registry.metrics();
    },
    handled: (channel, type, tookMs) => handled.observe({ channel, type }, tookMs / 1000),
    sent: (channel, purpose, afterMs) => sent.observe({ channel, purpose }, Math.max(0, afterMs) / 1000),
    failed: (channel, what) => failed.inc({ channel, what }),
    unheard: (channel, kind) => unheard.inc({ channel, kind }),
  };
}

type Ops = {
  store: Store;
  metrics: Metrics;
  /** Undefined: figures are for this machine only. */
  token: string | undefined;
  isReady: () => boolean;
};

const databaseWithinMs = 2000;

/** `/ready` and `/metrics`, beside the server's own `/health`. */
export function registerOps(http: FastifyInstance, { store, metrics, token, isReady }: Ops): void {
  http.get("/ready", async (_, answer) => {
    const ready = isReady() && (await answers(store));
    return answer.code(ready ? 200 : 503).send({ ready });
  });
  http.get("/metrics", async (request, answer) => {
    if (!mayRead(request, token)) return answer.code(403).send();
    return answer.type(metrics.contentType).send(await metrics.text());
  });
}

async function answers(store: Store): Promise<boolean> {
  const asked = store
    .read(({ connection }) => connection.sql.get("SELECT 1 AS one"))
    .then(
      () => true,
      () => false,
    );
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), databaseWithinMs).unref());
  return Promise.race([asked, late]);
}

/** With a token, whoever has it; without one, only this machine, and nobody whom a proxy has let through. */
function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) {
    const given = Buffer.from(request.headers.authorization ?? "");
    const wanted = Buffer.from(`Bearer ${token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
  const own = ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(request.ip);
  return own && request.headers["x-forwarded-for"] === undefined;
}
