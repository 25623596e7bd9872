import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import type { Incoming } from "#handlers/incoming.ts";

// What `koloop bench overload` runs beside itself, each in a process of its own: koloop with a vendor that talks over sockets, a line of
// JSON for each event and its id back once it is committed; whoever floods it; a place where the same flood goes while koloop has calm; and one who
// burns a core meanwhile, as koloop does while it is flooded.

const [role, ...rest] = process.argv.slice(2);
if (role === "koloop") await koloop(rest[0] as string);
else if (role === "sink") await sink();
else if (role === "burner") burner();
else await flood(rest);

async function koloop(url: string): Promise<void> {
  const config = readConfig({ DATABASE_URL: url, KOLOOP_LOG_LEVEL: "fatal", KOLOOP_QUIET_HOURS: "off" });
  let receive: (event: Incoming) => Promise<void> = () => Promise.reject(new Error("not started"));
  const running = await createKoloop(config, {
    web: false,
    channels: [
      {
        name: "bench",
        start: async (take) => {
          receive = take;
        },
        deliver: async ({ id }) => ({ vendorRef: id }),
        stop: async () => {},
      },
    ],
  });
  await running.start();
  const port = await listen((socket) => {
    let out = "";
    const say = (line: string) => {
      if (out === "")
        setImmediate(() => {
          socket.write(out);
          out = "";
        });
      out += `${line}\n`;
    };
    onLines(socket, (line) => {
      const event = JSON.parse(line) as Incoming;
      receive(event).then(
        () => say(`+${event.eventId}`),
        () => say(`-${event.eventId}`),
      );
    });
  });
  process.on("message", () => void running.stop().then(() => process.exit(0)));
  const memory = setInterval(() => process.send?.({ rss: process.memoryUsage.rss() }), 250);
  memory.unref();
  process.send?.({ port, rss: process.memoryUsage.rss() });
}

async function sink(): Promise<void> {
  const port = await listen((socket) => onLines(socket, () => {}));
  process.on("message", () => process.exit(0));
  process.send?.({ port });
}

/** Takes as much of a core as it gets, until it is told to stop. */
function burner(): void {
  process.on("message", () => process.exit(0));
  process.send?.({ port: 0 });
  const burn = () => {
    for (const end = performance.now() + 5; performance.now() < end; );
    setImmediate(burn);
  };
  burn();
}

/** Says so many a second for so long, in even steps; ends with what became of them, or, where nobody answers, when all is said. */
async function flood([port, perSecond, seconds, people, name, answers]: string[]): Promise<void> {
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  const total = Math.round(Number(perSecond) * Number(seconds));
  let [acknowledged, refused, sent] = [0, 0, 0];
  createInterface({ input: socket }).on("line", (line) => {
    if (line.startsWith("+")) acknowledged++;
    else refused++;
  });
  const begun = performance.now();
  const since = () => (performance.now() - begun) / 1000;
  while (sent < total) {
    const due = Math.min(total, Math.ceil(since() * Number(perSecond)));
    let lines = "";
    for (; sent < due; sent++)
      lines += `${JSON.stringify(said(`${name}${sent % Number(people)}`, `${name}-${sent}`, sent))}\n`;
    // What the other side does not read yet waits in the kernel, as at a vendor.
    if (lines !== "" && !socket.write(lines)) await once(socket, "drain");
    await sleep(2);
  }
  const offeredSeconds = since();
  process.send?.({ offered: true });
  while (answers === "yes" && acknowledged + refused < total) await sleep(5);
  process.send?.({ acknowledged, refused, offeredSeconds, seconds: since() }, () => process.exit(0));
}

function said(from: string, eventId: string, n: number): Incoming {
  return {
    type: "message",
    eventId: `said-${eventId}`,
    from,
    address: { channel: "bench", room: `bot:${from}` },
    roomKind: "bot",
    at: Date.now(),
    text: `第 ${n} 句:昨天带孩子去海边玩了一天,回来路上堵车`,
    addressed: false,
  };
}

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  // As Node's HTTP server does: without it a second answer waits up to 40 ms until the first is acknowledged, and that was measured.
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** So long one line is read before others have their turn; what it does not read waits in the kernel. */
const readMs = 0.5;

function onLines(socket: Socket, take: (line: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", async (chunk: string) => {
    socket.pause();
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() as string;
    let begun = performance.now();
    for (const line of lines) {
      take(line);
      if (performance.now() - begun < readMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      begun = performance.now();
    }
    socket.resume();
  });
}
