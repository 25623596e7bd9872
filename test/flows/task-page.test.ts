import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "#bot/http.ts";
import { registerTaskPage } from "#bot/task-page.ts";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const day = 86_400_000;

/** A KOC who was offered a task and has asked for its page. */
async function withPage(): Promise<{ koloop: TestKoloop; http: FastifyInstance; path: string }> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  await koloop.channel.write("M1", "bot:M1", "新任务:<b>安装</b>技巧,给所有人,视频或图文,2篇,12月1日前");
  await koloop.settle();
  await koloop.channel.press("M1", "bot:M1", "发送给");
  koloop.pass(2 * day);
  await koloop.settle();
  await koloop.channel.write("K1", "bot:K1", "任务页");
  await koloop.settle();
  const link = koloop.channel.cardsIn("bot:K1")[0]?.blocks.find((block) => block.type === "link");
  const http = await createHttp(pino({ level: "silent" }));
  await registerTaskPage(http, { store: koloop.store, ctx: koloop.ctx, accept: (event) => koloop.inbox.accept(event) });
  onTestFinished(() => http.close());
  return { koloop, http, path: new URL(link?.type === "link" ? link.url : "").pathname };
}

const own = (koloop: TestKoloop) => koloop.store.read(async (tx) => (await tx.tasks.assignmentsFor("K1"))[0]!);

/** The form of the page whose button reads so, as a browser would send it. */
function formOf(page: string, label: string): string {
  const form = page.split("<form").find((part) => part.includes(`>${label}</button>`))!;
  const once = /name="once" value="([^"]+)"/.exec(form)![1]!;
  const token = /name="token" value="([^"]+)"/.exec(form)?.[1];
  return new URLSearchParams({ once, ...(token && { token }) }).toString();
}

const post = (http: FastifyInstance, url: string, payload: string) =>
  http.inject({ method: "POST", url, payload, headers: { "content-type": "application/x-www-form-urlencoded" } });

describe("the page of a task", () => {
  it("shows the offer with a button for each form, runs no script and shows words as words", async () => {
    const { http, path } = await withPage();

    const page = await http.inject(path);

    expect(page.statusCode).toBe(200);
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.body).toContain("接受 · 视频");
    expect(page.body).toContain("&lt;b&gt;");
    expect(page.body).not.toMatch(/<script|<b>|style="|onclick/);
  });

  it("takes the task with one press, once however often the form arrives", async () => {
    const { koloop, http, path } = await withPage();
    const form = formOf((await http.inject(path)).body, "接受 · 视频");

    const answers = [await post(http, path, form), await post(http, path, form)];

    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200]);
    expect(answers[1]?.body).toContain("已接受(视频)");
    expect(await own(koloop)).toMatchObject({ form: "video", acceptedAt: koloop.ctx.now() });
    expect(koloop.channel.wordsIn("bot:K1")).toEqual([]);
  });

  it("takes a hand-in and says what was understood", async () => {
    const { koloop, http, path } = await withPage();
    const form = formOf((await http.inject(path)).body, "提交");
    const link = encodeURIComponent("https://www.douyin.com/video/7301234567890123456");

    const answer = await post(http, path, `${form}&link=${link}`);

    expect(answer.body).toContain("收到,谢谢!");
    expect((await own(koloop)).submittedAt).toBe(koloop.ctx.now());
  });

  it("declines with the reason that was pressed", async () => {
    const { koloop, http, path } = await withPage();

    await post(http, path, formOf((await http.inject(path)).body, "没时间"));

    expect((await own(koloop)).declineReason).toBe("no_time");
  });

  it.each(["once=12345678", "once=12345678&token=ts.some", "once=x", ""])(
    "refuses a form that it did not make: %s",
    async (form) => {
      const { koloop, http, path } = await withPage();

      const answer = await post(http, path, form);

      expect(answer.statusCode).toBe(400);
      expect((await own(koloop)).acceptedAt).toBeNull();
    },
  );

  it("is not found with another secret, or after two weeks; the secret itself is kept nowhere", async () => {
    const { koloop, http, path } = await withPage();
    const other = await http.inject(`${path.slice(0, -2)}xx`);
    const kept = await koloop.store.read((tx) => tx.connection.sql.all<{ id: string }>("SELECT id FROM web_link"));
    koloop.pass(15 * day);

    const ended = await http.inject(path);

    expect([other.statusCode, ended.statusCode]).toEqual([404, 404]);
    expect(kept.map(({ id }) => id)).not.toContain(path.slice(3));
  });
});
