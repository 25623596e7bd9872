import type { FastifyReply, FastifyRequest } from "fastify";
import { InboxFull } from "../inbox.ts";

/** So many calls of one address may be under way at once, and of all together; a vendor's own are some dozens. */
const ofOneAddressAtMost = 256;
const ofAllAtMost = 1024;
/** A vendor brings again what was not taken, WeCom and Telegram within seconds. */
const againAfterSeconds = "1";

export type Door = {
  /** For `onRequest`, so before anything of the body is read: an answer, where there is no room for the call; it ends the connection. */
  admit(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined;
};

/** Bounds how many calls of a vendor's webhook are under way: what is beyond costs neither memory nor the reading of it. */
export function createDoor(): Door {
  const under = new Map<string, number>();
  let all = 0;
  return {
    admit({ ip }, reply) {
      const ofThis = under.get(ip) ?? 0;
      if (ofThis >= ofOneAddressAtMost) return comeAgain(reply, 429).header("connection", "close").send();
      if (all >= ofAllAtMost) return comeAgain(reply, 503).header("connection", "close").send();
      under.set(ip, ofThis + 1);
      all++;
      reply.raw.once("close", () => {
        all--;
        const left = (under.get(ip) ?? 1) - 1;
        if (left === 0) under.delete(ip);
        else under.set(ip, left);
      });
      return undefined;
    },
  };
}

/** Nothing of it was taken: the same call is welcome later. */
export const comeAgain = (reply: FastifyReply, status: 429 | 503 = 503): FastifyReply =>
  reply.code(status).header("retry-after", againAfterSeconds);

/** Where there is no room for an event nothing is wrong with koloop, and nothing is to be logged for each: undefined. Other faults are thrown on. */
export function unlessFull(fault: unknown): undefined {
  if (!(fault instanceof InboxFull)) throw fault;
}
