import { setImmediate } from "node:timers/promises";
import { pino } from "pino";
import type { Store } from "#db/store.ts";
import type { Turn } from "#domain/cue.ts";
import { useVocabulary } from "#handlers/care-for-vocabulary.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { createLearner } from "#handlers/learner.ts";
import { createPeopleInMemory, noPeopleInMemory } from "#handlers/people-in-memory.ts";
import { useLearnedPhrases } from "#handlers/propose-phrases.ts";
import { noSecondThoughts } from "#handlers/second-thoughts.ts";
import { linkAwaits } from "#handlers/sign-in-link.ts";
import { type CommentReader, createCommentReader, loadCommentModel } from "#nlp/comments.ts";
import { createExtractor } from "#nlp/extract.ts";
import { type Knowledge, loadKnowledge } from "#nlp/knowledge.ts";
import { withLearnedPhrases } from "#nlp/learned-phrases.ts";
import { loadPeopleRules, type PeopleRules } from "#nlp/people-packs.ts";
import { createQuestionReader } from "#nlp/question/reader.ts";
import { maskSensitive } from "#nlp/sensitive.ts";
import type { Channel, Receive } from "./channels/channel.ts";
import type { TelegramPace } from "./channels/telegram/channel.ts";
import { createWebChannel, type WebChannel } from "./channels/web/channel.ts";
import { usesWecom, wecomChannel } from "./channels/wecom/config.ts";
import { type Clock, createClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { registerDashboardRoutes } from "./dashboard-routes.ts";
import { openDatabase } from "./database.ts";
import { registerDeadLettersPage } from "./dead-letters-page.ts";
import { castOf } from "./demo.ts";
import { guardAgainstGuessing } from "./guess-guard.ts";
import { createHttp } from "./http.ts";
import { newId } from "./ids.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { createFolderWatch } from "./intake/folder.ts";
import { registerIntakeRoutes } from "./intake/routes.ts";
import { registerLearningPage } from "./learning-page.ts";
import { createMetrics, registerOps } from "./metrics.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { registerPictureRoutes } from "./picture-routes.ts";
import { registerProfileRoutes } from "./profile-routes.ts";
import { registerReviewPage } from "./review-page.ts";
import { dutiesOf, heldByOne, type Role } from "./roles.ts";
import { createSecondThoughts, usageBefore } from "./second-thoughts.ts";
import { registerSegmentRoutes } from "./segment-routes.ts";
import { createSharedClock } from "./shared-clock.ts";
import { createSteadyClock } from "./steady-clock.ts";
import { newTaskLink, registerTaskPage } from "./task-page.ts";
import { registerTaskRoutes } from "./task-routes.ts";

/** What tests and the demo may set: everything else is the same program. */
export type Parts = {
  now?: () => number;
  chance?: () => number;
  newId?: () => string;
  extract?: Context["extract"];
  channels?: Channel[];
  /** The front page offers the cast to anybody on this machine. */
  demo?: boolean;
  /** Waits of the Telegram channel, shortened by tests. */
  pace?: TelegramPace;
  /** False: no HTTP server and no web messenger, as the flow tests want it. */
  web?: boolean;
  /** False: time passes only where `clock.tick` says so. */
  ticks?: boolean;
  /** The database where it is open already; it is closed with the rest. */
  database?: { store: Store; applied: string[] };
  /** What this process does of all that koloop does; everything where it is not said. */
  role?: Role;
};

export type Koloop = {
  store: Store;
  ctx: Context;
  inbox: Inbox;
  outbox: Outbox;
  clock: Clock;
  /** The built-in messenger; absent where `web` was switched off. */
  web: WebChannel | undefined;
  /** Where the pages are, once started. */
  address: string;
  start(): Promise<void>;
  /** Handles all that has arrived and delivers all that is due. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

/** A million people with 3,000 tags among them, or with 120 tags eight million. */
const peopleInMemory = { mostBytes: 512 * 1024 * 1024, snapshotAfter: 50_000 };

/** The running program, put together. `main` and the flow tests start the same one. */
export async function createKoloop(config: Config, parts: Parts = {}): Promise<Koloop> {
  const log = pino(
    { level: config.logLevel, base: null, redact: ["req.headers.cookie", "req.headers.authorization"] },
    pino.destination(2),
  );
  const { store, applied } = parts.database ?? (await openDatabase(config.databaseUrl));
  if (applied.length > 0) log.info({ applied }, "the database was brought up to date");

  const duties = dutiesOf(parts.role ?? "all");
  const ticks = parts.ticks ?? true;
  // Only PostgreSQL is shared by several processes: SQLite needs none of this, and its start does not pay for it.
  const cluster =
    store.backend.dialect === "postgresql"
      ? (await import("./cluster.ts")).createCluster(config.databaseUrl, duties)
      : undefined;
  const sharedClock = cluster && !parts.now ? createSharedClock(store.backend) : undefined;
  await sharedClock?.start();
  const now = parts.now ?? sharedClock?.now ?? Date.now;

  // Reading and compiling the packs takes a while: not where something else does the hearing.
  const knowledge = loadKnowledge(parts.extract ? [] : undefined);
  const extract = parts.extract ?? createExtractor(knowledge);
  let peopleRules: PeopleRules | undefined;
  const channels = new Map<string, Channel>();
  let stopping = false;
  const breathe = async () => {
    if (stopping) throw new Error("koloop stops");
    await setImmediate();
  };
  const ctx: Context = {
    now,
    newId: parts.newId ?? newId,
    chance: parts.chance ?? Math.random,
    lang: config.lang,
    timeZone: config.timeZone,
    taxonomy: knowledge.taxonomy,
    packTaxonomy: knowledge.taxonomy,
    get peopleRules() {
      peopleRules ??= loadPeopleRules(knowledge.taxonomy);
      return peopleRules;
    },
    readQuestion: createQuestionReader(),
    extract,
    extractWith: (learned) => withLearnedPhrases(extract, knowledge, learned),
    mask: maskSensitive,
    readComment: lazyCommentReader(),
    drawChart: async (chart) => (await import("./chart.ts")).drawPng(chart),
    liveChannels: channels,
    isUp: (channel) => channels.get(channel)?.isUp?.() ?? true,
    isCardless: (channel, room) => channels.get(channel)?.isCardless?.(room) ?? false,
    oneQuestionChannels: new Set([wecomChannel]),
    quietHours: config.quietHours,
    pushesPerWeek: config.pushesPerWeek,
    approval: config.approval,
    publicUrl: config.publicUrl,
    ownUrl: () => ownUrl(),
    startLink: (payload) => {
      for (const channel of channels.values()) {
        const link = channel.startLink?.(payload);
        if (link !== undefined) return link;
      }
      return undefined;
    },
    taskLink: (tx, assignmentId, personId) =>
      newTaskLink(tx, { assignmentId, personId, base: ownUrl(), now: ctx.now() }),
    secondThoughts: noSecondThoughts,
    learner: createLearner({ store, timeZone: config.timeZone, now }),
    peopleInMemory: config.peopleIndex
      ? createPeopleInMemory({ store, log, ...peopleInMemory, breathe })
      : noPeopleInMemory,
    log,
  };
  await store.read((tx) => useVocabulary(tx, ctx));
  await store.read((tx) => useLearnedPhrases(tx, ctx));
  const ownUrl = () => config.publicUrl ?? (koloop.address || `http://127.0.0.1:${config.port}`);
  const http = parts.web === false || !duties.http ? undefined : await createHttp(log, config.trustedProxies);
  if (http)
    guardAgainstGuessing(http, {
      now: ctx.now,
      alarm: (fields) => log.error(fields, "somebody guesses secrets and was locked out"),
    });
  const koloop = { address: "" };
  let web: WebChannel | undefined;
  if (parts.web !== false) {
    web = createWebChannel({
      backend: store.backend,
      now: ctx.now,
      newId: ctx.newId,
      demo: parts.demo ?? false,
      publicUrl: config.publicUrl ?? `http://127.0.0.1:${config.port}`,
      lang: config.lang,
      log,
      cast: () => castOf(store),
      linkAwaits: async (by, forWhom) => {
        const awaits = await store.transaction((tx) => linkAwaits(tx, ctx, by, forWhom));
        if (awaits !== undefined) outbox.nudge();
        return awaits;
      },
      relay: cluster?.relay,
    });
    channels.set(web.name, web);
  }
  if (web && http) {
    await web.register(http);
    await registerTaskPage(http, { store, ctx, accept: (event) => inbox.accept(event) });
    await registerPictureRoutes(http, { ctx, web, accept: (event, along) => inbox.accept(event, along) });
    registerProfileRoutes(http, { store, ctx, web });
    registerSegmentRoutes(http, { store, ctx, web, afterChange: () => clock.nudge() });
    registerTaskRoutes(http, { store, ctx, web, afterCommit: () => outbox.nudge() });
    await registerIntakeRoutes(http, { store, ctx });
    await registerLearningPage(http, { store, ctx, web });
    const accept = (event: Incoming) => inbox.accept(event);
    await registerDeadLettersPage(http, { store, ctx, web, accept, afterCommit: () => outbox.nudge() });
    await registerReviewPage(http, { store, ctx, web, accept });
    await registerDashboardRoutes(http, { store, ctx, web, afterCommit: () => outbox.nudge() });
  }
  // What is not set is not loaded: each of these takes time at the start, and memory for ever.
  if (config.seedPath) await (await import("./seed.ts")).loadSeed(store, ctx, config.seedPath);
  if (usesWecom(config.wecom)) {
    const { createWecom } = await import("./channels/wecom/channel.ts");
    const unheard = (kind: string) => metrics?.unheard(wecomChannel, kind);
    const createBot = config.wecom.aibot && (await import("./channels/wecom/aibot/client.ts")).createBotClient;
    const wecom = createWecom({ config: config.wecom, store, ctx, createBot, unheard });
    if (http) await wecom.register(http);
    channels.set(wecom.name, wecom);
  }
  if (config.telegram) {
    const { createTelegram } = await import("./channels/telegram/channel.ts");
    const telegram = createTelegram({ config: config.telegram, store, ctx, ...(parts.pace && { pace: parts.pace }) });
    if (http) await telegram.register(http);
    channels.set(telegram.name, telegram);
  }
  if (config.wechatyPuppet) {
    const { loadWechaty } = await import("./channels/wechaty/client.ts");
    const { createWechaty } = await import("./channels/wechaty/channel.ts");
    const wechaty = createWechaty({ bot: await loadWechaty(config.wechatyPuppet), store, ctx });
    channels.set(wechaty.name, wechaty);
    if (http && web) (await import("./channels/wechaty/login-page.ts")).registerLoginPage(http, { store, web });
  }
  for (const channel of parts.channels ?? []) channels.set(channel.name, channel);

  // Processes without pages tell how they are on a port of their own, where one is set.
  const ops = http ?? (config.metricsPort === undefined ? undefined : await createHttp(log, config.trustedProxies));
  const metrics = ops && createMetrics(store, ctx.now);
  let started = false;
  if (ops && metrics) registerOps(ops, { store, metrics, token: config.metricsToken, isReady: () => started });

  const tracing = config.traces && (await import("./traces.ts"));
  const traces = config.traces && tracing?.createTraces(config.traces, log, Date.now);
  const observe = traces && tracing ? tracing.bothObserve(metrics, traces) : metrics;
  const outbox = createOutbox(store, ctx, channels, cluster && (() => cluster.carries(channels.keys())), observe);
  const inbox = createInbox(store, ctx, () => outbox.nudge(), observe);
  const second = config.llm && (await secondThoughtsOf(config.llm, { store, ctx, knowledge }, () => outbox.nudge()));
  if (second) ctx.secondThoughts = second;
  const alarm = (aheadMs: number) =>
    log.error({ aheadMs }, "the clock jumped ahead: what is due by it waits for a quarter of an hour");
  const isSteady = parts.now ? undefined : createSteadyClock({ now: ctx.now, alarm });
  const clock = createClock(store, ctx, () => outbox.nudge(), isSteady);
  const folder = config.metricsFolder ? createFolderWatch(config.metricsFolder, { store, ctx }) : undefined;

  let gathering: Promise<void> | undefined;
  return {
    store,
    ctx,
    web,
    inbox,
    outbox,
    clock,
    get address() {
      return koloop.address;
    },
    async start() {
      const receive: Receive = (event, along) => inbox.accept(event, along);
      if (cluster) await cluster.start({ store, ctx, outbox, clock, channels, receive, ticks });
      else for (const channel of channels.values()) await channel.start(receive);
      if (http) koloop.address = await http.listen({ port: config.port, host: config.host });
      else await ops?.listen({ port: config.metricsPort ?? 0, host: config.host });
      await outbox.start();
      started = true;
      if (!cluster && ticks) clock.start();
      // Meanwhile counts come from the tables; where this fails, the clock tries again.
      gathering = ctx.peopleInMemory
        .catchUp()
        .catch((err) => log.warn({ err }, "people in memory are not ready: counts come from the tables"));
      if (duties.clock) folder?.start();
    },
    async settle() {
      await inbox.drain();
      await second?.drain();
      await outbox.drain();
    },
    async stop() {
      stopping = true;
      await folder?.stop();
      started = false;
      await ops?.close();
      await cluster?.stop();
      await clock.stop();
      for (const channel of channels.values()) if (!cluster || !heldByOne.has(channel.name)) await channel.stop();
      await inbox.drain();
      second?.stop();
      await second?.drain();
      await outbox.stop();
      await gathering;
      await traces?.stop();
      sharedClock?.stop();
      await store.close();
      await cluster?.close();
    },
  };
}

/** The library behind it is loaded only where a model is set. */
async function secondThoughtsOf(
  llm: NonNullable<Config["llm"]>,
  { store, ctx, knowledge }: { store: Store; ctx: Context; knowledge: Knowledge },
  afterCommit: () => void,
) {
  const { createAssistedExtractor } = await import("#nlp/llm.ts");
  const heard = (turns: readonly Turn[]) => ctx.extract(turns);
  const before = await usageBefore(store);
  const assisted = createAssistedExtractor({ ...llm, now: ctx.now }, knowledge.taxonomy, heard, before);
  return createSecondThoughts(assisted, { store, ctx: () => ctx, afterCommit });
}

/** A reader of comments whose packs are compiled when the first comment is read. */
function lazyCommentReader(): CommentReader {
  let read: CommentReader | undefined;
  return (text) => {
    read ??= createCommentReader(loadCommentModel());
    return read(text);
  };
}
