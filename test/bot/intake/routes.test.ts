import fastify, { type FastifyInstance } from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { registerIntakeRoutes } from "#bot/intake/routes.ts";
import { addCast, friday, startKoloop, type TestKoloop } from "../../setup/koloop.ts";
import { addPosts, snapshots } from "../../setup/posts.ts";

type House = {
  koloop: TestKoloop;
  http: FastifyInstance;
  secret: string;
  send(body: string, secret?: string, path?: string): Promise<{ status: number; said: Record<string, unknown> }>;
};

async function house(): Promise<House> {
  const koloop = await startKoloop();
  await addCast(koloop);
  await addPosts(koloop, 2);
  const http = fastify();
  await registerIntakeRoutes(http, koloop);
  onTestFinished(() => http.close());
  const token = { id: "t1", name: "feed", createdBy: "M1", createdAt: friday };
  const secret = await koloop.store.transaction((tx) => tx.intake.addToken(token));
  const send = async (body: string, own = secret, path = "/api/metrics") => {
    const headers = { authorization: `Bearer ${own}`, "content-type": "application/x-ndjson" };
    const answer = await http.inject({ method: "POST", url: path, headers, payload: body });
    return { status: answer.statusCode, said: answer.json() as Record<string, unknown> };
  };
  return { koloop, http, secret, send };
}

const line = (fields: object) => `${JSON.stringify({ post: "S1", at: "2026-11-19T12:00:00+08:00", ...fields })}\n`;

describe("POST /api/metrics", () => {
  it("keeps each line once, however often it is sent, and corrects what is sent anew", async () => {
    const { koloop, send } = await house();

    expect(await send(line({ reads: 100, likes: 5 }) + line({ post: "S2", reads: 7, completion_rate: 0.4 }))).toEqual({
      status: 200,
      said: { changed: 2, same: 0, posts: 2 },
    });
    expect(await send(line({ reads: 100, likes: 5 }))).toMatchObject({ said: { changed: 0, same: 1 } });
    expect(await send(line({ reads: 120 }))).toMatchObject({ said: { changed: 1 } });
    expect((await snapshots(koloop)).S1).toMatchObject([{ reads: 120, likes: 5, source: "api" }]);
  });

  it("names each bad line by its number, and takes nothing then", async () => {
    const { koloop, send } = await house();
    const body = [
      line({ reads: 1 }).trim(),
      "{no json",
      line({ reads: -3 }).trim(),
      line({ reads: 1.5 }).trim(),
      line({}).trim(),
      line({ post: "S9", reads: 1 }).trim(),
      line({ reads: 1, at: "2027-01-01" }).trim(),
      line({ reads: 1, at: "soon" }).trim(),
    ];

    const { status, said } = await send(body.join("\n"));

    expect(status).toBe(422);
    expect((said.lines as { line: number; why: string }[]).map((each) => [each.line, each.why])).toEqual([
      [2, "not-json"],
      [3, "negative"],
      [4, "not-a-row"],
      [5, "no-figures"],
      [6, "unknown-post"],
      [7, "future"],
      [8, "bad-time"],
    ]);
    expect(await snapshots(koloop)).toEqual({});
  });

  it("refuses nobody's token, a revoked one at once, an empty body, another type and what is too long", async () => {
    const { koloop, http, send, secret } = await house();

    expect((await send(line({ reads: 1 }), "klp_nobody-knows-this-one")).status).toBe(401);
    expect((await http.inject({ method: "POST", url: "/api/metrics", payload: "" })).statusCode).toBe(401);
    expect((await send(" \n")).status).toBe(400);
    const headers = { authorization: `Bearer ${secret}`, "content-type": "image/png" };
    expect((await http.inject({ method: "POST", url: "/api/metrics", headers, payload: "x" })).statusCode).toBe(415);
    expect((await send("x".repeat(17_000_000))).status).toBe(413);
    await koloop.store.transaction((tx) => tx.intake.revokeToken("t1", friday));
    expect((await send(line({ reads: 1 }))).status).toBe(401);
    expect(await snapshots(koloop)).toEqual({});
  });

  it("marks a post as gone and keeps its figures", async () => {
    const { koloop, send } = await house();
    await send(line({ reads: 100 }));

    expect((await send(line({ gone: true }))).status).toBe(200);

    const gone = await koloop.store.read(({ connection: { sql } }) =>
      sql.get<{ gone_at: number }>("SELECT gone_at FROM submission WHERE id = 'S1'"),
    );
    expect(gone?.gone_at).toBe(Date.parse("2026-11-19T12:00:00+08:00"));
    expect((await snapshots(koloop)).S1).toMatchObject([{ reads: 100 }]);
  });

  it("keeps no secret that could be read again", async () => {
    const { koloop, secret } = await house();

    const kept = await koloop.store.read(({ connection: { sql } }) => sql.all("SELECT * FROM intake_token"));

    expect(JSON.stringify(kept)).not.toContain(secret.slice(4));
  });
});

describe("POST /api/comments", () => {
  it("reads each comment for its mood when it comes in, once", async () => {
    const { koloop, send } = await house();
    const body = line({ author: "小周", text: "空间大,孩子坐着很舒服,推荐" });

    expect(await send(body + body, undefined, "/api/comments")).toMatchObject({ said: { changed: 1 } });
    expect(await send(body, undefined, "/api/comments")).toMatchObject({ said: { changed: 0 } });

    const kept = await koloop.store.read(({ connection: { sql } }) =>
      sql.all<{ sentiment: string; score: number }>("SELECT sentiment, score FROM comment"),
    );
    expect(kept).toMatchObject([{ sentiment: "positive" }]);
  });
});
