import type { FastifyInstance } from "fastify";

/** Where a secret is shown, and so could be guessed. */
const guarded = /^\/(?:t\/|(?:api\/(?:sign-in|metrics|comments)|demo\/sign-in|ws)(?:[/?]|$))/;
/** What a page asks for; vendors' callbacks have checks of their own and come from few addresses at any rate. */
const limited = /^\/(?:api\/(?!metrics|comments)|t\/|sign-in|demo\/)/;
const wrongAtMost = 30;
const windowMs = 10 * 60_000;
const requestsPerMinute = 1200;
/** So many addresses are remembered; a flood of others pushes the oldest out instead of filling memory. */
const addressesAtMost = 10_000;

type Tries = { wrong: number; since: number };
type Setup = { now: () => number; alarm: (fields: { address: string; tries: number }) => void };

/**
 * Locks an address out for ten minutes after 30 wrong secrets in ten, with one alarm; the secrets have 256 bits, so that the lock is for
 * the alarm's sake. Limits how often one address may ask for pages.
 */
export function guardAgainstGuessing(http: FastifyInstance, { now, alarm }: Setup): void {
  const tries = new Map<string, Tries>();
  const lockedOut = (address: string): boolean => {
    const known = tries.get(address);
    return known !== undefined && known.wrong >= wrongAtMost && now() - known.since < windowMs;
  };
  const asked = new Map<string, number>();
  let minute = 0;
  const asksTooMuch = (address: string): boolean => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute || asked.size > addressesAtMost) asked.clear();
    minute = current;
    const count = (asked.get(address) ?? 0) + 1;
    asked.set(address, count);
    return count > requestsPerMinute;
  };
  http.addHook("onRequest", async (request, reply) => {
    if (limited.test(request.url) && asksTooMuch(request.ip)) {
      const message = "请求太多,请稍后再来 · Too many requests; come back in a minute";
      return reply.code(429).header("retry-after", "60").send({ message });
    }
    if (!guarded.test(request.url) || !lockedOut(request.ip)) return undefined;
    const message = "试错太多,请十分钟后再来 · Too many wrong tries; come back in ten minutes";
    return reply.code(429).header("retry-after", "600").send({ message });
  });
  http.addHook("onResponse", async (request, reply) => {
    const wrong = reply.statusCode === 401 || (reply.statusCode === 404 && request.url.startsWith("/t/"));
    if (!wrong || !guarded.test(request.url)) return;
    const known = tries.get(request.ip);
    const at = now();
    const counted =
      known && at - known.since < windowMs ? { ...known, wrong: known.wrong + 1 } : { wrong: 1, since: at };
    tries.delete(request.ip);
    tries.set(request.ip, counted);
    if (tries.size > addressesAtMost) tries.delete(tries.keys().next().value as string);
    if (counted.wrong === wrongAtMost) alarm({ address: request.ip, tries: counted.wrong });
  });
}
