import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registerWebhook, webhookPath, webhookSecret } from "#bot/channels/telegram/webhook.ts";
import { registerCallback } from "#bot/channels/wecom/app/http.ts";
import { createHttp } from "#bot/http.ts";
import { createInbox } from "#bot/inbox.ts";
import { askVerification, postCallback } from "../../fakes/wecom/callbacks.ts";
import { aesKey, callbackToken, corpId } from "../../fakes/wecom/server.ts";
import { addCast, startKoloop } from "../../setup/koloop.ts";

const token = "123:secret";
const signed = `msg_signature=${"0".repeat(40)}&timestamp=1&nonce=n`;
const ofOneAddress = 256;
const beyond = 10;

/** A koloop's doors on loopback, and who calls there by hand; `take` is what becomes of a call. */
async function openDoors() {
  const http = await createHttp(pino({ level: "silent" }));
  const doors = { take: async (): Promise<undefined> => undefined };
  await registerCallback(http, { token: callbackToken, aesKey, corpId }, Date.now, () => doors.take());
  registerWebhook(http, token, () => doors.take());
  const address = await http.listen({ port: 0, host: "127.0.0.1" });
  const sockets: Socket[] = [];
  return {
    address,
    doors,
    /** Says that a body comes, and sends nothing of it. */
    async begin(from: string, path: string, header = "a: b"): Promise<Socket> {
      const socket = connect({ port: Number(new URL(address).port), host: "127.0.0.1", localAddress: from });
      socket.on("error", () => {});
      sockets.push(socket);
      await once(socket, "connect");
      socket.write(`POST ${path} HTTP/1.1\r\nhost: a\r\n${header}\r\ncontent-length: 900\r\n\r\n`);
      return socket;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await http.close();
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > end) throw new Error("it took too long");
}

const answerOf = async (socket: Socket): Promise<string> => String((await once(socket, "data"))[0]);

// Only Linux has addresses enough on its loopback without being asked for them.
describe.skipIf(process.platform !== "linux")("the doors of the vendors", () => {
  let house: Awaited<ReturnType<typeof openDoors>>;
  beforeEach(async () => {
    house = await openDoors();
  });
  afterEach(() => house.close());

  it.each([
    ["WeCom's", `/wecom/callback?${signed}`, "a: b"],
    [
      "Telegram's",
      webhookPath,
      `content-type: application/json\r\nx-telegram-bot-api-secret-token: ${webhookSecret(token)}`,
    ],
  ])(
    "%s refuses one address beyond 256 calls, and all beyond 1,024, before their bodies come",
    async (_, path, header) => {
      const refused: string[] = [];
      const call = async (from: string, count: number): Promise<Socket[]> => {
        const sockets = await Promise.all(Array.from({ length: count }, () => house.begin(from, path, header)));
        for (const socket of sockets) socket.once("data", (answer) => refused.push(String(answer)));
        return sockets;
      };
      const first = await call("127.0.0.2", ofOneAddress + beyond);
      await until(() => refused.length >= beyond);
      for (const answer of refused) expect(answer).toMatch(/^HTTP\/1\.1 429 .*^retry-after: 1\r?$/ims);
      expect(refused).toHaveLength(beyond);

      refused.length = 0;
      for (const from of ["127.0.0.3", "127.0.0.4", "127.0.0.5"]) await call(from, ofOneAddress);
      await call("127.0.0.6", beyond);
      await until(() => refused.length >= beyond);
      for (const answer of refused) expect(answer).toMatch(/^HTTP\/1\.1 503 .*^retry-after: 1\r?$/ims);
      expect(refused).toHaveLength(beyond);

      for (const socket of first) socket.destroy();
      let status = 0;
      for (const end = Date.now() + 60_000; status !== 200 && Date.now() < end; )
        status = (await askVerification(house.address, "echo")).status;
      expect(status).toBe(200);
    },
  );

  it("let other addresses in while one has too many calls under way", async () => {
    let refused = 0;
    for (let n = 0; n <= ofOneAddress; n++)
      (await house.begin("127.0.0.2", `/wecom/callback?${signed}`)).once("data", () => refused++);
    await until(() => refused > 0);

    const xml = `<xml><ToUserName>${corpId}</ToUserName><MsgType>event</MsgType><Event>enter_agent</Event></xml>`;
    expect((await postCallback(house.address, xml)).status).toBe(200);
  });

  it("refuse who does not know Telegram's secret before the body comes", async () => {
    const answer = await answerOf(await house.begin("127.0.0.2", webhookPath, "x-telegram-bot-api-secret-token: no"));

    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("ask a vendor to come again where the inbox has no room for more of the sender's events", async () => {
    const koloop = await startKoloop();
    await addCast(koloop);
    const inbox = createInbox(koloop.store, koloop.ctx, () => {});
    const said = (n: number) =>
      inbox.accept({
        ...{ type: "message", eventId: `e${n}`, from: "C1", addressed: false, at: koloop.ctx.now() },
        ...{ address: { channel: koloop.channel.name, room: "bot:C1" }, roomKind: "bot" },
        text: "长".repeat(3_500_000),
      });
    // Nothing is committed while somebody else writes.
    let end = () => {};
    const other = koloop.store.transaction(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    const first = said(1);
    house.doors.take = async () => {
      await said(2);
      return undefined;
    };
    const xml = `<xml><ToUserName>${corpId}</ToUserName><MsgType>event</MsgType><Event>enter_agent</Event></xml>`;
    const answers = [
      await postCallback(house.address, xml),
      await fetch(`${house.address}${webhookPath}`, {
        method: "POST",
        headers: { "x-telegram-bot-api-secret-token": webhookSecret(token), "content-type": "application/json" },
        body: "{}",
      }),
    ];

    end();
    for (const { status, headers } of answers) expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
    await Promise.all([other, first]);
  });
});
