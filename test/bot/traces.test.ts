import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { createTraces } from "#bot/traces.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

type Span = { name: string; traceId: string; startTimeUnixNano: string; endTimeUnixNano: string };
type Got = { path: string | undefined; key: string | undefined; text: string };

/** As much of a collector as is needed to see what arrives. */
async function collector(status = 200): Promise<{ url: string; got: Got[]; spans: () => Span[] }> {
  const got: Got[] = [];
  const server = createServer(async (request: IncomingMessage, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    got.push({ path: request.url, key: request.headers["x-key"] as string, text: Buffer.concat(chunks).toString() });
    answer.writeHead(status).end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const spans = () => got.flatMap(({ text }) => JSON.parse(text).resourceSpans[0].scopeSpans[0].spans as Span[]);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, spans };
}

it("sends what was taken in and delivered to the collector, and nothing that was said", async () => {
  const { url, got, spans } = await collector();
  const channel = new FakeChannel(Date.now, "web");
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%3Db" };
  const database = `file:${freshDatabase()}`;
  const config = readConfig({ DATABASE_URL: database, KOLOOP_LOG_LEVEL: "silent", ...environment });
  const extract = () => ({ cues: [], retractions: [] });
  const koloop = await createKoloop(config, { web: false, channels: [channel], extract });
  await addCast(koloop);
  await koloop.start();

  await channel.write("E1", "bot:E1", "帮助");
  await koloop.settle();
  await koloop.stop();

  expect(spans().map(({ name }) => name)).toEqual(["take in message", "deliver reply"]);
  // What was gathered is sent every few seconds, and at the end.
  for (const { path, key, text } of got) {
    expect([path, key]).toEqual(["/v1/traces", "a=b"]);
    expect(text).not.toContain("帮助");
  }
  expect(new Set(spans().map(({ traceId }) => traceId)).size).toBe(2);
  for (const { startTimeUnixNano, endTimeUnixNano } of spans())
    expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
});

it("drops what a collector refuses, says so once, and keeps no more than it may", async () => {
  const { url, spans } = await collector(503);
  const warned: string[] = [];
  const log = { info: () => {}, error: () => {}, warn: (_: object, message: string) => void warned.push(message) };
  const traces = createTraces({ endpoint: url, headers: {}, service: "koloop" }, log, Date.now);

  for (let n = 0; n < 1200; n++) traces.handled("web", "message", 1);
  traces.failed("web", "delivery");
  await traces.stop();

  expect(spans().length).toBe(1201);
  expect(warned).toEqual(["traces could not be sent and were dropped"]);
});
