import { useEffect, useState } from "preact/hooks";
import { ApiError, api } from "./api.ts";
import { useShell } from "./store.ts";

const lookAgainMs = 2000;

/** Asks a route again and again while `again` holds for the answer; `retry` asks at once, and until then the answer is `outdated`. */
export function useLive<T>(path: string, again: (answer: T) => boolean = () => false) {
  const { say } = useShell();
  const [answer, setAnswer] = useState<T>();
  const [fault, setFault] = useState("");
  const [turn, setTurn] = useState(0);
  const [outdated, setOutdated] = useState(false);
  useEffect(() => {
    let stale = false;
    let timer = 0;
    const ask = async () => {
      try {
        const read = await api<T>(path);
        if (stale) return;
        setAnswer(read);
        setFault("");
        setOutdated(false);
        if (again(read)) timer = window.setTimeout(ask, lookAgainMs);
      } catch (cause) {
        if (stale) return;
        setFault(cause instanceof ApiError ? cause.message : say("refused.fault"));
        setOutdated(false);
      }
    };
    void ask();
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [path, turn]);
  const retry = () => {
    setOutdated(true);
    setTurn((n) => n + 1);
  };
  return { answer, fault, outdated, retry };
}
