import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

let koloop: Koloop | undefined;
afterEach(() => koloop?.stop());

async function running(settings: Record<string, string> = {}) {
  const channel = new FakeChannel(Date.now, "probe");
  const config = readConfig({
    DATABASE_URL: `file:${freshDatabase()}`,
    PORT: "0",
    KOLOOP_LOG_LEVEL: "silent",
    ...settings,
  });
  koloop = await createKoloop(config, { channels: [channel], extract: () => ({ cues: [], retractions: [] }) });
  await koloop.start();
  await addCast(koloop);
  return { koloop, channel };
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${koloop?.address}${path}`, { headers });

describe("the figures of a running koloop", () => {
  it("count what was handled and what was said, and hold nobody's words", async () => {
    const { channel } = await running();
    await koloop?.store.transaction(({ connection: { sql } }) =>
      sql.run("UPDATE identity SET channel = 'probe', external_id = 'N1' WHERE person_id = 'E1'"),
    );
    await channel.write("N1", "bot:N1", "帮助");
    await channel.write("N1", "bot:N1", "机密的话");
    await koloop?.settle();

    const text = await (await get("/metrics")).text();

    expect(text).toContain('koloop_event_to_commit_seconds_count{channel="probe",type="message"} 2');
    expect(text).toMatch(/koloop_promise_to_delivery_seconds_count\{channel="probe",purpose="reply"\} 2/);
    expect(text).toContain('koloop_outbox_items{status="sent"} 2');
    expect(text).not.toContain("机密");
    expect(text).not.toContain("N1");
  });

  it("are for this machine only, unless a token is set and shown", async () => {
    await running({ KOLOOP_METRICS_TOKEN: "a-token-of-some-length" });

    expect((await get("/metrics")).status).toBe(403);
    expect((await get("/metrics", { authorization: "Bearer a-token-of-some-lengty" })).status).toBe(403);
    expect((await get("/metrics", { authorization: "Bearer a-token-of-some-length" })).status).toBe(200);
  });

  it("are refused to who comes through a proxy without a token", async () => {
    await running();

    expect((await get("/metrics", { "x-forwarded-for": "203.0.113.9" })).status).toBe(403);
  });

  it("say that it is ready while the database answers", async () => {
    const { koloop } = await running();
    expect((await get("/ready")).status).toBe(200);

    await koloop.store.close();

    expect((await get("/ready")).status).toBe(503);
    expect((await get("/health")).status).toBe(200);
  });

  it("are all known to the example dashboard", async () => {
    await running();
    const text = await (await get("/metrics")).text();
    const known = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1]));

    const board = JSON.parse(readFileSync("deploy/dashboard.json", "utf8")) as {
      panels: { targets: { expr: string }[] }[];
    };
    const named = board.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/koloop_\w+/g) ?? []));
    expect(named.length).toBeGreaterThan(8);
    expect(named.map((name) => name.replace(/_(bucket|count|sum)$/, "")).filter((name) => !known.has(name))).toEqual(
      [],
    );
  });
});
