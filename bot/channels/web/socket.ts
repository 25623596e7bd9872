import type { Backend } from "#db/backend.ts";
import { listWebCompany } from "#db/web.ts";
import type { WebSession } from "#db/web-sessions.ts";
import type { Line, Switchboard } from "./client.ts";
import type { Messenger } from "./messenger.ts";
import { type Frame, maxFrameBytes, readFrame } from "./receive.ts";
import { helloFrame, type LeftOff } from "./rooms.ts";
import type { ServerFrame } from "./wire.ts";

type Socket = Line & {
  on(event: "message", listener: (data: { toString(): string; length?: number }, isBinary: boolean) => void): unknown;
  on(event: "close" | "pong", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  ping(): void;
  terminate(): void;
};

export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type SocketDeps = {
  backend: Backend;
  messenger: Messenger;
  switchboard: Switchboard;
  botName: string;
  now: () => number;
  log: Log;
};

const pingEveryMs = 30_000;
/** More than a person does, less than a flood: a pool that refills, and tells who empties it. */
const burst = 240;
const framesPerSecond = 30;

/** Serves one tab from its greeting to its end. Call it in the same turn as the upgrade, so that no frame is missed. */
export function serveSocket(socket: Socket, me: WebSession, leftOff: LeftOff | undefined, deps: SocketDeps): void {
  const { log } = deps;
  const tell = (frame: ServerFrame) => socket.send(JSON.stringify(frame));
  const mayAct = allowance(deps.now);
  const stopPinging = keepAlive(socket);

  // One after the other, as the person did them: a second message must not overtake the first.
  let turn: Promise<void> = greet(socket, me, leftOff, deps).catch((cause) => fault(undefined, cause));
  const fault = (id: string | undefined, cause: unknown) => {
    log.error({ err: cause, channel: "web" }, "a frame could not be handled");
    tell({ type: "refused", ...(id ? { id } : {}), code: "fault" });
  };
  const act = async (frame: Frame) => {
    const id = "id" in frame ? frame.id : undefined;
    try {
      const answer = await deps.messenger.answer(me, frame, socket);
      if (answer) tell(answer);
    } catch (cause) {
      fault(id, cause);
    }
  };

  socket.on("message", (data, isBinary) => {
    const text = data.toString();
    if (isBinary || Buffer.byteLength(text) > maxFrameBytes) {
      return tell({ type: "refused", code: isBinary ? "bad-frame" : "too-long" });
    }
    const frame = readFrame(text);
    if (!frame) return tell({ type: "refused", code: "bad-frame" });
    if (!mayAct()) return tell({ type: "refused", ...("id" in frame ? { id: frame.id } : {}), code: "too-fast" });
    turn = turn.then(() => act(frame));
  });
  socket.on("error", (error) =>
    log.info({ channel: "web", code: (error as { code?: string }).code }, "a socket failed"),
  );
  socket.on("close", () => {
    stopPinging();
    turn = turn.then(() => leave(socket, me, deps)).catch(() => {});
  });
}

async function greet(socket: Socket, me: WebSession, leftOff: LeftOff | undefined, deps: SocketDeps): Promise<void> {
  const { backend, messenger, switchboard, botName } = deps;
  await messenger.openBotRoom(me.personId);
  // On the board before the greeting is read: what comes in between is then told twice rather than never.
  const cameOnline = switchboard.add(me.personId, socket, me.id);
  const hello = await backend.read(({ sql }) => helloFrame(sql, me, botName, leftOff, switchboard));
  socket.send(JSON.stringify(hello));
  if (cameOnline) await tellPresence(me.personId, true, deps);
}

async function leave(socket: Socket, me: WebSession, deps: SocketDeps): Promise<void> {
  if (deps.switchboard.remove(me.personId, socket)) await tellPresence(me.personId, false, deps);
}

async function tellPresence(personId: string, online: boolean, { backend, switchboard }: SocketDeps): Promise<void> {
  const company = await backend.read(({ sql }) => listWebCompany(sql, personId));
  const others = company.filter((other) => other !== personId);
  switchboard.push(others, { type: "presence", person: personId, online });
}

/** A tab whose machine went to sleep never says goodbye: no answer between two pings, and it is gone. */
function keepAlive(socket: Socket): () => void {
  let alive = true;
  socket.on("pong", () => {
    alive = true;
  });
  const timer = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, pingEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

function allowance(now: () => number): () => boolean {
  let left = burst;
  let at = now();
  return () => {
    left = Math.min(burst, left + ((now() - at) / 1000) * framesPerSecond);
    at = now();
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
