import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

export type Load = { port: number; posts: { path: string; body: string }[]; atOnce: number };
export type LoadResult = { seconds: number; latenciesMs: number[]; refused: number };

/** Posts all bodies over connections that stay open, so many at once, and tells how long each took. */
async function run({ port, posts, atOnce }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const latenciesMs: number[] = [];
  let refused = 0;
  let next = 0;
  const post = (path: string, body: string) =>
    new Promise<void>((resolve) => {
      const begun = performance.now();
      const headers = { "content-type": "text/xml", "content-length": Buffer.byteLength(body) };
      const sent = request({ port, host: "127.0.0.1", method: "POST", path, agent, headers }, (response) => {
        response.resume();
        response.on("end", () => {
          latenciesMs.push(performance.now() - begun);
          if (response.statusCode !== 200) refused++;
          resolve();
        });
      });
      sent.on("error", () => {
        refused++;
        resolve();
      });
      sent.end(body);
    });
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let at = next++; at < posts.length; at = next++) await post(posts[at]!.path, posts[at]!.body);
    }),
  );
  agent.destroy();
  return { seconds: (performance.now() - begun) / 1000, latenciesMs, refused };
}

// The load runs in a thread of its own: what it costs must not slow what it measures.
parentPort?.postMessage(await run(workerData as Load));
