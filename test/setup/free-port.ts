import { createServer } from "node:net";

/** From here on the system takes ports for whoever asks for any, and for both ends of what connects. */
const systemsOwn = 32_768;
const lowest = 20_000;

/** A port of this machine that is free, also while nobody listens there for a while: the system gives it to nobody by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (systemsOwn - lowest));
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
