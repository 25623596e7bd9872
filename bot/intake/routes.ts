import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { faultText } from "#cards/intake-words.ts";
import type { IntakeToken } from "#db/intake.ts";
import type { Store } from "#db/store.ts";
import type { RowFault } from "#domain/table-rows.ts";
import { cleanPosts } from "#handlers/clean-figures.ts";
import type { Context } from "#handlers/context.ts";
import { type Taken, takeComments, takeFigures } from "#handlers/take-rows.ts";
import { readCommentLines, readFigureLines } from "./ndjson.ts";

/** Some 100,000 lines; more go in several requests. */
const bodyLimitBytes = 16 * 1024 * 1024;
const faultsNamed = 50;
const types = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/json", "text/plain"];

type Deps = { store: Store; ctx: Context };
class Refused extends Error {
  readonly faults: RowFault[];
  constructor(faults: RowFault[]) {
    super("lines were refused");
    this.faults = faults;
  }
}

/**
 * `POST /api/metrics` and `POST /api/comments`: JSON lines with a bearer token. All lines are taken or none: 422 names each bad line by its
 * number. The same lines sent again change nothing.
 */
export async function registerIntakeRoutes(http: FastifyInstance, { store, ctx }: Deps): Promise<void> {
  await http.register(async (own) => {
    own.removeAllContentTypeParsers();
    own.addContentTypeParser(types, { parseAs: "string", bodyLimit: bodyLimitBytes }, (_, body, done) =>
      done(null, body),
    );
    const options = { bodyLimit: bodyLimitBytes };

    own.post("/api/metrics", options, (request, reply) =>
      take(request, reply, { store, ctx }, async (body, setup) => {
        const { rows, faults } = readFigureLines(body, { at: setup.now, now: setup.now, timeZone: ctx.timeZone });
        return store.transaction(async (tx) => {
          const taken = await takeFigures(tx, rows, setup);
          refuseIf([...faults, ...taken.faults]);
          await cleanPosts(tx, taken.posts, setup.now);
          return taken;
        });
      }),
    );

    own.post("/api/comments", options, (request, reply) =>
      take(request, reply, { store, ctx }, async (body, setup) => {
        const { rows, faults } = readCommentLines(body, { at: setup.now, now: setup.now, timeZone: ctx.timeZone });
        return store.transaction(async (tx) => {
          const taken = await takeComments(tx, rows, { ...setup, readComment: ctx.readComment });
          refuseIf([...faults, ...taken.faults]);
          return taken;
        });
      }),
    );
  });
}

/** Thrown inside the transaction, so that nothing of the request stays. */
function refuseIf(faults: RowFault[]): void {
  if (faults.length > 0) throw new Refused(faults.sort((a, b) => a.line - b.line));
}

type Setup = { now: number; newId: () => string; source: "api"; byId: string };

async function take(
  request: FastifyRequest,
  reply: FastifyReply,
  { store, ctx }: Deps,
  work: (body: string, setup: Setup) => Promise<Taken>,
): Promise<unknown> {
  const token = await tokenOf(request, store);
  if (!token || token.revokedAt !== null) {
    reply.header("www-authenticate", 'Bearer realm="koloop"');
    const message = token ? "令牌已撤销 · This token was revoked" : "需要有效的令牌 · A valid token is needed";
    return reply.code(401).send({ message });
  }
  const body = request.body;
  if (typeof body !== "string" || body.trim() === "") {
    const message = "内容是空的,应为每行一个 JSON · The body is empty; one JSON object a line is expected";
    return reply.code(400).send({ message });
  }
  const now = ctx.now();
  try {
    const { changed, same, posts } = await work(body, { now, newId: ctx.newId, source: "api", byId: token.id });
    await store.transaction((tx) => tx.intake.noteTokenUsed(token.id, now));
    return { changed, same, posts: posts.size };
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    const lines = fault.faults
      .slice(0, faultsNamed)
      .map((one) => ({ ...one, message: `${faultText(one, "zh")} · ${faultText(one, "en")}` }));
    const message = `${fault.faults.length} 行有错,什么都没有收 · ${fault.faults.length} bad lines, nothing was taken`;
    return reply.code(422).send({ message, lines });
  }
}

async function tokenOf(request: FastifyRequest, store: Store): Promise<IntakeToken | undefined> {
  const secret = /^Bearer ([\w-]{10,100})$/i.exec(request.headers.authorization ?? "")?.[1];
  return secret === undefined ? undefined : store.read((tx) => tx.intake.findToken(secret));
}
