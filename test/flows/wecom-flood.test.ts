import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { postCallback } from "../fakes/wecom/callbacks.ts";
import { corpId } from "../fakes/wecom/server.ts";
import { quietFor, until } from "./wecom-house.ts";
import { openOutside } from "./wecom-outside.ts";

const secondsOfEach = 6;
const connections = 64;
const mostOverRest = 200;

/** What a process holds in memory, in MiB. */
const residentMiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

const forged = new URLSearchParams({ msg_signature: "0".repeat(40), timestamp: "1", nonce: "n" });
const large = "A".repeat(2_000_000);
const shaped = `<xml><Encrypt>${"A".repeat(900_000)}</Encrypt></xml>`;

/** Runs one kind of traffic over many connections at once, for a while. */
async function flood(once: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + secondsOfEach * 1000;
  const lane = async () => {
    while (Date.now() < end) await once().catch(() => {});
  };
  await Promise.all(Array.from({ length: connections }, lane));
}

describe.skipIf(!process.env.KOLOOP_FLOOD)("under hostile traffic (set KOLOOP_FLOOD=1)", { timeout: 170_000 }, () => {
  it("koloop's own process grows by 200 MiB at most, and still answers within five seconds", async () => {
    const house = await openOutside(["app", "contact", "archive"]);
    const url = `${house.address}/wecom/callback`;
    const post = (query: unknown, body: string) => fetch(`${url}?${query}`, { method: "POST", body });
    const port = Number(new URL(house.address).port);
    const slow = () =>
      new Promise<void>((done) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.write(`POST /wecom/callback?${forged} HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n`);
          const drip = setInterval(() => socket.write("A".repeat(1000)), 50);
          setTimeout(() => {
            clearInterval(drip);
            socket.destroy();
            done();
          }, 3000);
        });
        socket.on("error", () => {});
      });
    const xml = `<xml><ToUserName>${corpId}</ToUserName><MsgType>event</MsgType><Event>flood</Event></xml>`;
    await quietFor(3000);
    const rest = residentMiB(house.pid());
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, residentMiB(house.pid()));
    }, 100);
    const figures: string[] = [`at rest ${rest.toFixed(0)} MiB`];
    let slowest = 0;
    for (const [name, once] of [
      ["2 MB bodies without a signature", () => post("msg_signature=none", large)],
      ["2 MB bodies with a forged one", () => post(forged, large)],
      ["900 kB bodies, well-shaped, forged", () => post(forged, shaped)],
      ["bodies that come in drops", slow],
    ] as const) {
      most = 0;
      const during = flood(once);
      await quietFor(2000);
      const asked = Date.now();
      const answer = await until("an answer", () => postCallback(house.address, xml));
      const tookMs = Date.now() - asked;
      slowest = Math.max(slowest, tookMs);
      expect(answer.status, name).toBe(200);
      await during;
      figures.push(`${name}: +${(most - rest).toFixed(0)} MiB, an honest callback in ${tookMs} ms`);
      expect(most - rest, figures.join("; ")).toBeLessThanOrEqual(mostOverRest);
    }
    clearInterval(watch);
    process.stdout.write(`${figures.join("\n")}\n`);
    expect(slowest).toBeLessThan(5000);
  });
});
