import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "#bot/http.ts";
import { registerReviewPage } from "#bot/review-page.ts";
import { registerTaskPage } from "#bot/task-page.ts";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const day = 86_400_000;
const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.from("a picture")]);

/** Two KOCs at work on a task, and the pages; who asks for the queue is named by a header. */
async function house(): Promise<{ koloop: TestKoloop; http: FastifyInstance }> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  await koloop.channel.write("M1", "bot:M1", "新任务:儿童安全座椅安装技巧,给所有人,视频或图文,5篇,12月1日前");
  await koloop.settle();
  await koloop.channel.press("M1", "bot:M1", "发送给");
  await koloop.settle();
  koloop.pass(2 * day);
  await koloop.settle();
  const http = await createHttp(pino({ level: "silent" }));
  onTestFinished(() => http.close());
  const { store, ctx, inbox } = koloop;
  const accept: typeof inbox.accept = (event) => inbox.accept(event);
  const session = { id: "s", name: "", roles: ["manager"], lang: "zh" as const, lastSeenAt: 0, expiresAt: 0 };
  const web = {
    name: "web",
    requireRight: async (request: { headers: Record<string, unknown> }) => {
      if (typeof request.headers.from !== "string") throw Object.assign(new Error("no session"), { statusCode: 401 });
      return { ...session, personId: request.headers.from };
    },
  };
  await registerReviewPage(http, { store, ctx, web: web as never, accept });
  await registerTaskPage(http, { store, ctx, accept });
  return { koloop, http };
}

async function handIn(koloop: TestKoloop, koc: string, link: string): Promise<void> {
  await koloop.channel.write(koc, `bot:${koc}`, link);
  await koloop.settle();
}

const form = "application/x-www-form-urlencoded";
const post = (http: FastifyInstance, fields: [string, string][], from = "M1") =>
  http.inject({
    method: "POST",
    url: "/review",
    payload: new URLSearchParams([["once", `once-${fields.join("-").length}`.padEnd(12, "x")], ...fields]).toString(),
    headers: { "content-type": form, from },
  });
const page = (http: FastifyInstance, from = "M1") => http.inject({ url: "/review", headers: { from } });
const pieces = (koloop: TestKoloop, koc: string) => koloop.store.read((tx) => tx.submissions.ofPerson(koc));

describe("the page of the review queue", () => {
  it("shows what waits, without a script, and asks strangers to sign in", async () => {
    const { koloop, http } = await house();
    await handIn(koloop, "K1", "https://www.douyin.com/video/7301234567890123456");

    const shown = await page(http);
    const stranger = await http.inject("/review");

    expect(shown.body).toContain("待审核 1 篇");
    expect(shown.body).toContain("李雷");
    expect(shown.body).not.toMatch(/<script|style="|onclick/);
    expect(stranger.statusCode).toBe(401);
    expect(stranger.body).toContain("请先登录");
  });

  it("approves one, sends one back with its reason, and keeps both in the audit", async () => {
    const { koloop, http } = await house();
    await handIn(koloop, "K1", "https://www.douyin.com/video/7301234567890123456");
    await handIn(koloop, "K2", "https://www.douyin.com/video/7301234567890123457");
    const [one] = await pieces(koloop, "K1");
    const [two] = await pieces(koloop, "K2");

    const approved = await post(http, [["one", `approve.${one?.id}`]]);
    await post(http, [["one", `send-back.${two?.id}.dead_link`]]);
    await koloop.settle();

    expect(approved.body).toContain("已处理 1 篇。");
    expect((await pieces(koloop, "K1"))[0]).toMatchObject({ status: "approved", reviewedBy: "M1" });
    expect((await pieces(koloop, "K2"))[0]).toMatchObject({ status: "sent_back", reviewNote: "dead_link" });
    expect(koloop.channel.wordsIn("bot:K2").at(-1)).toContain("链接打不开");
    const audited = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ action: string }>("SELECT action FROM audit WHERE action LIKE 'review.%' ORDER BY seq"),
    );
    expect(audited.map(({ action }) => action)).toEqual(["review.approved", "review.sent_back"]);
  });

  it("settles many at once after one more question, and says who was quicker", async () => {
    const { koloop, http } = await house();
    await handIn(koloop, "K1", "https://www.douyin.com/video/7301234567890123456");
    await handIn(koloop, "K2", "https://www.douyin.com/video/7301234567890123457");
    const ids = [...(await pieces(koloop, "K1")), ...(await pieces(koloop, "K2"))].map(({ id }) => id);
    const chosen = ids.map((id): [string, string] => ["piece", id]);

    const asked = await post(http, [["ask", "approve"], ...chosen]);
    const untouched = await pieces(koloop, "K1");
    const done = await post(http, [["sure", "approve"], ...chosen]);
    const again = await post(http, [["sure", "reject"], ...chosen]);

    expect(asked.body).toContain("确定通过这 2 篇吗?");
    expect(untouched[0]?.status).toBe("pending");
    expect(done.body).toContain("已处理 2 篇。");
    expect(again.body).toContain("已处理 0 篇,2 篇已由别人处理或不能处理。");
    expect((await pieces(koloop, "K1"))[0]?.status).toBe("approved");
  });

  it("brings everybody whose piece was approved among many into the segments that ask for it", async () => {
    const { koloop, http } = await house();
    await koloop.channel.write("M1", "bot:M1", "新建分群 近期贡献: 近30天通过任务1次");
    await koloop.settle();
    await koloop.channel.press("M1", "bot:M1", "建立");
    await koloop.settle();
    await handIn(koloop, "K1", "https://www.douyin.com/video/7301234567890123456");
    await handIn(koloop, "K2", "https://www.douyin.com/video/7301234567890123457");
    const ids = [...(await pieces(koloop, "K1")), ...(await pieces(koloop, "K2"))].map(({ id }) => id);

    await post(http, [["sure", "approve"], ...ids.map((id): [string, string] => ["piece", id])]);
    await koloop.settle();
    const [segment] = await koloop.store.read((tx) => tx.segments.active());
    const members = await koloop.store.read((tx) => tx.segments.membersOf(segment!.id));

    expect(members.sort()).toEqual(["K1", "K2"]);
    koloop.pass(31 * day);
    await koloop.clock.tick();
    expect(await koloop.store.read((tx) => tx.segments.membersOf(segment!.id))).toEqual([]);
  });

  it("shows a KOE the pieces of their own people alone, and settles no others", async () => {
    const { koloop, http } = await house();
    await handIn(koloop, "K1", "https://www.douyin.com/video/7301234567890123456");
    const [piece] = await pieces(koloop, "K1");

    const shown = await page(http, "E2");
    await post(http, [["one", `approve.${piece?.id}`]], "E2");

    expect(shown.body).toContain("待审核 0 篇");
    expect((await pieces(koloop, "K1"))[0]?.status).toBe("pending");
  });
});

describe("a screenshot", () => {
  async function upload(http: FastifyInstance, path: string, bytes: Buffer, once = "once-picture") {
    const fields = new FormData();
    fields.set("once", once);
    fields.set("picture", new Blob([new Uint8Array(bytes)], { type: "image/png" }), "shot.png");
    const sent = new Response(fields);
    const payload = Buffer.from(await sent.arrayBuffer());
    return http.inject({
      method: "POST",
      url: path,
      payload,
      headers: { "content-type": sent.headers.get("content-type") ?? "" },
    });
  }
  const pathOf = async (koloop: TestKoloop, koc: string) => {
    const [assignment] = await koloop.store.read((tx) => tx.tasks.assignmentsFor(koc));
    return new URL(await koloop.store.transaction((tx) => koloop.ctx.taskLink(tx, assignment!.id, koc))).pathname;
  };

  it("is handed in where there is no link, once, and a person looks at it", async () => {
    const { koloop, http } = await house();
    const path = await pathOf(koloop, "K1");

    const first = await upload(http, path, png);
    await upload(http, path, png);
    await koloop.settle();

    expect(first.body).toContain("收到,谢谢");
    const own = await pieces(koloop, "K1");
    expect(own).toMatchObject([{ status: "pending", url: "picture:shot-once-picture" }]);
    const card = koloop.channel.cardsIn("bot:M1").find(({ key }) => key.startsWith("review-"));
    expect(card?.blocks).toContainEqual({ type: "picture", pictureId: "shot-once-picture", alt: "作品截图" });
    const picture = await http.inject({ url: "/review/pictures/shot-once-picture", headers: { from: "M1" } });
    expect(picture.rawPayload.equals(png)).toBe(true);
    expect((await page(http)).body).toContain("/review/pictures/shot-once-picture");
  });

  it("of somebody else's hand-in is refused", async () => {
    const { koloop, http } = await house();
    await upload(http, await pathOf(koloop, "K1"), png, "once-first");

    const second = await upload(http, await pathOf(koloop, "K2"), png, "once-second");

    expect(second.body).toContain("已经交过了");
    expect(await pieces(koloop, "K2")).toEqual([]);
  });

  it("that is no picture is refused kindly, whatever it calls itself", async () => {
    const { koloop, http } = await house();

    const sent = await upload(http, await pathOf(koloop, "K1"), Buffer.from("<svg onload=alert(1)>"));

    expect(sent.body).toContain("请选一张 5 MB 以内的图片");
    expect(await pieces(koloop, "K1")).toEqual([]);
  });
});
