import type { Frame } from "../receive.ts";
import type { ServerFrame } from "../wire.ts";

type Asked = Extract<Frame, { id: string }>;

export type Connection = {
  /** Sends until it is answered, over as many lines as that takes: the server knows a repeated id. */
  ask(frame: Asked): void;
  /** Sends once, if there is a line: for what is out of date a moment later. */
  tell(frame: Frame): void;
  close(): void;
};

type Options = {
  /** The address, made anew for each line: it says where we left off. */
  url: () => string;
  onFrame: (frame: ServerFrame) => void;
  onLine: (line: "connecting" | "open" | "lost") => void;
  /** The server would not have us: the session ended. */
  onRefused: () => void;
  /** Whether the session still holds; asked when a line does not come about. */
  isSignedIn: () => Promise<boolean>;
};

const pingMs = 25_000;
const answerMs = 10_000;
const longestPauseMs = 10_000;

/** A line to the server that comes back by itself. */
export function connect({ url, onFrame, onLine, onRefused, isSignedIn }: Options): Connection {
  const unanswered = new Map<string, Asked>();
  let socket: WebSocket | undefined;
  let tries = 0;
  let closed = false;
  let greeted = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const send = (frame: Frame) => socket?.send(JSON.stringify(frame));

  // A line that has died in its sleep looks open: only an answer proves it.
  const listenForSilence = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      if (socket?.readyState !== WebSocket.OPEN) return;
      send({ type: "ping" });
      silence = setTimeout(() => socket?.close(), answerMs);
    }, pingMs);
  };

  const open = () => {
    clearTimeout(retry);
    greeted = false;
    const line = new WebSocket(url());
    socket = line;
    line.onmessage = ({ data }) => {
      listenForSilence();
      const frame = JSON.parse(data) as ServerFrame;
      if ("id" in frame && frame.id) unanswered.delete(frame.id);
      onFrame(frame);
      if (frame.type !== "hello") return;
      greeted = true;
      tries = 0;
      onLine("open");
      for (const waiting of unanswered.values()) send(waiting);
    };
    line.onclose = () => {
      if (socket !== line || closed) return;
      onLine("lost");
      void comeBack();
    };
  };

  const comeBack = async () => {
    clearTimeout(silence);
    if (!greeted) {
      const lost = socket;
      const isSigned = await isSignedIn().catch(() => true);
      // The page was left meanwhile, or it hurried and has another line.
      if (closed || socket !== lost) return;
      if (!isSigned) return onRefused();
    }
    const pause = Math.min(longestPauseMs, 300 * 2 ** tries) * (0.7 + Math.random() * 0.6);
    tries++;
    retry = setTimeout(open, pause);
  };

  // Back from a tunnel or from sleep: no need to wait for the pause to end.
  const hurry = () => {
    if (closed || document.visibilityState === "hidden") return;
    if (socket?.readyState === WebSocket.OPEN) return void send({ type: "ping" });
    if (socket?.readyState === WebSocket.CLOSED) {
      tries = 0;
      open();
    }
  };
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);

  onLine("connecting");
  open();

  return {
    ask(frame) {
      unanswered.set(frame.id, frame);
      if (greeted && socket?.readyState === WebSocket.OPEN) send(frame);
    },
    tell(frame) {
      if (greeted && socket?.readyState === WebSocket.OPEN) send(frame);
    },
    close() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(silence);
      removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", hurry);
      socket?.close();
    },
  };
}
