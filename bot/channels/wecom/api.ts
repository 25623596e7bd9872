import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";

/** Why a call came to nothing. Its message never holds a token, a secret or what was sent. */
export class WecomError extends Error {
  /** `refused`: WeCom said no (`code` says why). `rests`: the API's limit was hit. `unreachable`: no usable answer came. */
  readonly kind: "refused" | "rests" | "unreachable";
  readonly code: number;
  readonly retryAfterMs: number | undefined;
  constructor(kind: WecomError["kind"], code: number, message: string, retryAfterMs?: number) {
    super(message);
    this.name = "WecomError";
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export type Answer = { errcode: number; errmsg: string; [field: string]: unknown };
export type CallOptions = {
  query?: Record<string, string>;
  /** Sent as JSON; a form as it is (files). */
  body?: unknown;
  /** For calls that must not happen twice: an unusable answer is thrown, late and at once, and the caller looks what it came to. */
  once?: boolean;
};

export type WecomApi = {
  /** Calls `/cgi-bin/<path>` with the token of a secret: GET without a body, POST with one. Throws `WecomError`. */
  call(secret: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Whether an API rests after its limit: a call now would be refused without being made. */
  rests(path: string): boolean;
};

type Options = {
  base: string;
  corpId: string;
  now: () => number;
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
  timeoutMs?: number;
};

const answerSchema = z.looseObject({ errcode: z.number().default(0), errmsg: z.string().default("") });
/** The token is no longer good: fetched anew once. (error table of shared/wecom.md, 1.1) */
const tokenCodes = new Set([40001, 40014, 42001]);
const limitHit = 45009;
const backoffsMs = [200, 600, 1500];
/** A limit lifts after its window, which the answer does not tell: a short rest first, so that a short one costs little. */
const restsMs = [7500, 13_000, 15_000, 30_000, 60_000];
/** So many calls of one API at once: when its limit is hit, few are wasted. */
const callsAtOnce = 3;
/** After a rest one call finds out whether it is over; the others look again this much later. */
const probingMs = 400;
const tokenMarginMs = 300_000;
/** What must not happen twice is given longer: an answer that is only slow tells more than a second look. */
const onceTimeoutMs = 12_000;

type Token = { value: string; until: number };

/** The one client of all lines: a token per secret, shared by all who wait for it; limits, retries and redaction. */
export function createWecomApi({ base, corpId, now, log, timeoutMs = 5000 }: Options): WecomApi {
  const tokens = new Map<string, Promise<Token>>();
  const rests = new Map<string, { until: number; times: number; isProbed: boolean }>();
  const lanes = new Map<string, { flying: number; waiting: (() => void)[] }>();
  const hidden = new Set<string>();

  const redacted = (text: string): string => {
    let clean = text.slice(0, 300);
    for (const secret of hidden) clean = clean.replaceAll(secret, "…");
    return clean;
  };

  /** One request and its answer, or `unreachable`. */
  async function ask(path: string, query: Record<string, string>, body: unknown, waitMs: number): Promise<Answer> {
    const url = `${base}/cgi-bin/${path}?${new URLSearchParams(query)}`;
    let text: string;
    try {
      const response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        ...payloadOf(body),
        redirect: "error",
        signal: AbortSignal.timeout(waitMs),
      });
      if (response.status !== 200) throw new WecomError("unreachable", response.status, `${path}: HTTP status`);
      text = await response.text();
    } catch (fault) {
      if (fault instanceof WecomError) throw fault;
      throw new WecomError("unreachable", 0, `${path}: ${(fault as Error).name}`);
    }
    const read = answerSchema.safeParse(jsonOf(text));
    if (!read.success) throw new WecomError("unreachable", 0, `${path}: not the JSON that was to be expected`);
    const answer = read.data as Answer;
    if (answer.errcode === -1) throw new WecomError("unreachable", -1, `${path}: system busy`);
    return answer;
  }

  /** Waits for its turn among the calls of one API, which gives up where the API has come to rest meanwhile. */
  async function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
    const lane = lanes.get(path) ?? { flying: 0, waiting: [] };
    lanes.set(path, lane);
    if (lane.flying >= callsAtOnce) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    else lane.flying++;
    try {
      enter(path);
      return await work();
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else lane.flying--;
    }
  }

  /** The same, again and again while no usable answer comes. */
  async function insist(path: string, query: Record<string, string>, body: unknown, once: boolean): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await inTurn(path, () => askOnce(path, query, body, once ? onceTimeoutMs : timeoutMs));
        rests.delete(path);
        return answer;
      } catch (fault) {
        const pause = backoffsMs[attempt];
        if (!(fault instanceof WecomError) || fault.kind !== "unreachable" || once || pause === undefined) throw fault;
        log.warn({ path, code: fault.code, attempt }, "a call to WeCom failed and is repeated");
        await wait(pause);
      }
    }
  }

  async function askOnce(path: string, query: Record<string, string>, body: unknown, waitMs: number): Promise<Answer> {
    try {
      const answer = await ask(path, query, body, waitMs);
      if (answer.errcode === limitHit) throw rest(path);
      return answer;
    } finally {
      const resting = rests.get(path);
      if (resting) resting.isProbed = false;
    }
  }

  /** Refuses while an API rests; after it one call goes ahead of the others. */
  function enter(path: string): void {
    const resting = rests.get(path);
    if (!resting) return;
    const left = resting.until - now();
    if (left > 0 || resting.isProbed)
      throw new WecomError("rests", limitHit, `${path}: rests after its limit`, Math.max(left, probingMs));
    resting.isProbed = true;
  }

  function rest(path: string): WecomError {
    const known = rests.get(path);
    // Several calls may have been under way when the limit was hit: that is one rest.
    if (known && known.until > now()) return new WecomError("rests", limitHit, `${path}: limit`, known.until - now());
    const times = known?.times ?? 0;
    const restMs = restsMs[Math.min(times, restsMs.length - 1)]!;
    rests.set(path, { until: now() + restMs, times: times + 1, isProbed: false });
    log.warn({ path, restMs }, "WeCom's call limit was hit; this API rests");
    return new WecomError("rests", limitHit, `${path}: limit`, restMs);
  }

  async function fetchToken(secret: string): Promise<Token> {
    const answer = await insist("gettoken", { corpid: corpId, corpsecret: secret }, undefined, false);
    if (answer.errcode !== 0 || typeof answer.access_token !== "string") {
      log.error({ code: answer.errcode }, "WeCom gives no access token: check the corp id and the secrets");
      throw new WecomError("refused", answer.errcode, "gettoken refused");
    }
    const lifeMs = (typeof answer.expires_in === "number" ? answer.expires_in : 7200) * 1000;
    hidden.add(answer.access_token);
    return { value: answer.access_token, until: now() + lifeMs - Math.min(tokenMarginMs, lifeMs / 10) };
  }

  async function tokenFor(secret: string): Promise<Token> {
    const known = tokens.get(secret);
    if (known) {
      const token = await known;
      if (token.until > now()) return token;
      forget(secret, known);
    }
    const current = tokens.get(secret);
    if (current) return current;
    const fresh = fetchToken(secret);
    tokens.set(secret, fresh);
    fresh.catch(() => forget(secret, fresh));
    return fresh;
  }

  /** Drops a cached token, unless somebody has fetched another one since. */
  function forget(secret: string, token: Promise<Token>): void {
    if (tokens.get(secret) === token) tokens.delete(secret);
  }

  return {
    rests: (path) => (rests.get(path)?.until ?? 0) > now(),
    async call(secret, path, { query = {}, body, once = false } = {}) {
      hidden.add(secret);
      for (let round = 0; ; round++) {
        const token = await tokenFor(secret);
        const held = tokens.get(secret);
        const answer = await insist(path, { ...query, access_token: token.value }, body, once);
        if (answer.errcode === 0) return answer;
        if (tokenCodes.has(answer.errcode) && round === 0) {
          if (held && (await held).value === token.value) forget(secret, held);
          continue;
        }
        throw new WecomError("refused", answer.errcode, `${path}: ${answer.errcode} ${redacted(answer.errmsg)}`);
      }
    },
  };
}

function payloadOf(body: unknown): Pick<RequestInit, "body" | "headers"> {
  if (body === undefined) return {};
  if (body instanceof FormData) return { body };
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
