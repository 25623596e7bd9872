import { randomBytes } from "node:crypto";
import type { Log } from "#handlers/context.ts";
import type { Observe } from "./metrics.ts";

/** Where traces go: OTLP over HTTP as JSON, by the standard names (`OTEL_EXPORTER_OTLP_ENDPOINT` and its companions). */
export type TracesConfig = { endpoint: string; headers: Record<string, string>; service: string };

export type Traces = Observe & { stop(): Promise<void> };

const sendEveryMs = 5000;
const sendAtOnce = 512;
/** A collector that is away costs no more memory than this many spans. */
const keptAtMost = 4096;
const answersWithinMs = 5000;

/** Kinds and states by their numbers in opentelemetry-proto v1 (trace.proto). */
const consumer = 5;
const producer = 4;
const failedState = 2;

type Span = {
  traceId: string;
  spanId: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue: string } }[];
  status: { code?: number };
};

/**
 * Spans of what is taken in and of what is delivered, with channel and kind and nothing that anybody said. OTLP's JSON is a POST, so this needs no
 * package; it is loaded only where an endpoint is set. What cannot be sent is dropped and said once.
 */
export function createTraces({ endpoint, headers, service }: TracesConfig, log: Log, now: () => number): Traces {
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  let spans: Span[] = [];
  let sending: Promise<void> = Promise.resolve();
  let complained = false;

  function add(name: string, kind: number, tookMs: number, told: Record<string, string>, failed = false): void {
    if (spans.length >= keptAtMost) return;
    const end = now();
    spans.push({
      traceId: randomBytes(16).toString("hex"),
      spanId: randomBytes(8).toString("hex"),
      name,
      kind,
      startTimeUnixNano: nanos(end - tookMs),
      endTimeUnixNano: nanos(end),
      attributes: Object.entries(told).map(([key, stringValue]) => ({ key, value: { stringValue } })),
      status: failed ? { code: failedState } : {},
    });
    if (spans.length === sendAtOnce) flush();
  }

  function flush(): void {
    if (spans.length === 0) return;
    const batch = spans;
    spans = [];
    sending = sending.then(() => send(batch));
  }

  async function send(batch: readonly Span[]): Promise<void> {
    const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
    const body = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "koloop" }, spans: batch }] }] };
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(answersWithinMs),
      });
      if (!answer.ok) throw new Error(`the collector answered ${answer.status}`);
      complained = false;
    } catch (err) {
      if (!complained) log.warn({ err, spans: batch.length }, "traces could not be sent and were dropped");
      complained = true;
    }
  }

  const timer = setInterval(flush, sendEveryMs);
  timer.unref();
  return {
    handled: (channel, type, tookMs) => add(`take in ${type}`, consumer, tookMs, { channel, type }),
    sent: (channel, purpose, afterMs) => add(`deliver ${purpose}`, producer, afterMs, { channel, purpose }),
    failed: (channel, what) => add(`${what} failed`, what === "event" ? consumer : producer, 0, { channel }, true),
    async stop() {
      clearInterval(timer);
      flush();
      await sending;
    },
  };
}

/** Whole milliseconds and their rest, since a number of nanoseconds is beyond 2^53. */
function nanos(ms: number): string {
  const whole = Math.floor(ms);
  return `${whole}${String(Math.floor((ms - whole) * 1e6)).padStart(6, "0")}`;
}

/** Tells both. */
export const bothObserve = (one: Observe | undefined, other: Observe): Observe => ({
  handled(channel, type, tookMs) {
    one?.handled(channel, type, tookMs);
    other.handled(channel, type, tookMs);
  },
  sent(channel, purpose, afterMs) {
    one?.sent(channel, purpose, afterMs);
    other.sent(channel, purpose, afterMs);
  },
  failed(channel, what) {
    one?.failed(channel, what);
    other.failed(channel, what);
  },
});
