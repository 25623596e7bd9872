import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { directRoomId } from "#db/web.ts";
import { type House, openHouse, openTab, signIn } from "./house.ts";

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const upgrade = (headers: Record<string, string>, path = "/ws") =>
  new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(`${house.url.replace("http", "ws")}${path}`, { headers });
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
    socket.on("error", reject);
  });

describe("signing in", () => {
  it("a link works once, and leaves a cookie that scripts and other sites cannot use", async () => {
    const secret = (await house.channel.signInLink("ann")).split("#")[1];
    const first = await house.http.inject({ method: "POST", url: "/api/sign-in", payload: { secret } });

    const second = await house.http.inject({ method: "POST", url: "/api/sign-in", payload: { secret } });

    expect(first.statusCode).toBe(200);
    expect(first.headers["set-cookie"]).toMatch(/^koloop_8787=[\w-]{43}; .*HttpOnly; SameSite=Strict$/);
    expect(second.statusCode).toBe(401);
  });

  it("a link that has run out is refused", async () => {
    const secret = (await house.channel.signInLink("ann", -1)).split("#")[1];

    const answer = await house.http.inject({ method: "POST", url: "/api/sign-in", payload: { secret } });

    expect(answer.statusCode).toBe(401);
  });

  it("no secret is kept as it is", async () => {
    const cookie = await signIn(house, "ann");
    const link = await house.channel.signInLink("ann");

    const rows = await house.backend.read(async ({ sql }) => [
      ...(await sql.all("SELECT * FROM web_session")),
      ...(await sql.all("SELECT * FROM web_link")),
    ]);

    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(rows)).not.toContain(cookie.split("=")[1]);
    expect(JSON.stringify(rows)).not.toContain(link.split("#")[1]);
  });

  it("signing out ends the session for every tab that has the cookie", async () => {
    const cookie = await signIn(house, "ann");
    const tab = await openTab(house, cookie);
    const elsewhere = await openTab(house, await signIn(house, "ann"));

    await house.http.inject({ method: "POST", url: "/api/sign-out", headers: { cookie } });

    await tab.closed;
    expect(await upgrade({ cookie })).toBe(401);
    elsewhere.say({ type: "ping" });
    await elsewhere.next("pong");
  });

  it("is known to koloop from then on: an identity, a room alone with it, and word that they came", async () => {
    await signIn(house, "ann");

    const rows = await house.backend.read(({ sql }) => sql.all("SELECT person_id, external_id, room FROM identity"));

    expect(rows).toEqual([{ person_id: "ann", external_id: "ann", room: "bot:ann" }]);
    expect(house.heard).toMatchObject([{ type: "joined", from: "ann", address: { room: "bot:ann" } }]);
  });
});

describe("the socket", () => {
  it.each([
    ["no session", {}],
    ["a forged one", { cookie: "koloop_8787=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
    ["nonsense", { cookie: "koloop_8787='; DROP TABLE web_session" }],
  ])("is refused before the upgrade with %s", async (_, headers) => {
    expect(await upgrade(headers)).toBe(401);
  });

  it("is refused to another site's page, however well it is signed in", async () => {
    const cookie = await signIn(house, "ann");

    expect(await upgrade({ cookie, origin: "https://evil.example" })).toBe(403);
    expect(await upgrade({ cookie, origin: "null" })).toBe(403);
    expect(await upgrade({ cookie, origin: house.url })).toBe(101);
  });

  it("does not take a demonstration's ticket where there is no demonstration", async () => {
    expect(await upgrade({}, "/ws?ticket=demo-x")).toBe(401);
    expect(
      (await house.http.inject({ method: "POST", url: "/demo/sign-in", payload: { person: "ann" } })).statusCode,
    ).toBe(404);
  });
});

describe("routes", () => {
  it("a change that another site's page asks for is refused", async () => {
    const cookie = await signIn(house, "chen");
    const ask = (headers: Record<string, string>) =>
      house.http.inject({
        method: "POST",
        url: "/api/sign-in-links",
        headers: { cookie, host: "127.0.0.1:8787", ...headers },
        payload: { person: "li" },
      });

    expect((await ask({ origin: "https://evil.example" })).statusCode).toBe(403);
    expect((await ask({ "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
    expect((await ask({ origin: "http://127.0.0.1:8787" })).statusCode).toBe(200);
  });

  it("only a manager makes links for others, only employees and managers look people up", async () => {
    const statusFor = async (personId: string, method: "GET" | "POST", url: string, payload?: object) => {
      const cookie = await signIn(house, personId);
      const answer = await house.http.inject({ method, url, headers: { cookie }, ...(payload ? { payload } : {}) });
      return answer.statusCode;
    };

    expect(await statusFor("ann", "POST", "/api/sign-in-links", { person: "li" })).toBe(403);
    expect(await statusFor("wang", "GET", "/api/people?words=")).toBe(403);
    expect(await statusFor("li", "GET", "/api/people?words=")).toBe(403);
    expect(await statusFor("ann", "GET", "/api/people?words=王")).toBe(200);
  });

  it("a customer may begin a chat with the employee who looks after them, and with nobody else", async () => {
    const cookie = await signIn(house, "wang");
    const begin = (payload: object) =>
      house.http.inject({ method: "POST", url: "/api/rooms", headers: { cookie }, payload });

    expect((await begin({ kind: "direct", with: "ann" })).json()).toEqual({ room: directRoomId("wang", "ann") });
    expect((await begin({ kind: "direct", with: "li" })).statusCode).toBe(403);
    expect((await begin({ kind: "group", title: "群", members: ["ann"] })).statusCode).toBe(403);
  });

  it("a new room appears to everybody in it at once, and koloop hears who joined", async () => {
    const li = await openTab(house, await signIn(house, "li"));
    const cookie = await signIn(house, "ann");

    await house.http.inject({
      method: "POST",
      url: "/api/rooms",
      headers: { cookie },
      payload: { kind: "group", title: "亲子出行群", members: ["li", "wang"] },
    });

    expect(await li.next("room")).toMatchObject({ room: { kind: "group", title: "亲子出行群" } });
    const joined = house.heard.filter((event) => event.type === "joined" && event.roomKind === "group");
    expect(joined.map((event) => event.from).sort()).toEqual(["ann", "li", "wang"]);
  });

  it("a picture is shown to those who have the card, and to nobody else", async () => {
    await house.backend.transaction(({ sql }) =>
      sql.insert("picture", { id: "p_1", mime: "image/png", bytes: new Uint8Array([137, 80, 78, 71]), created_at: 0 }),
    );
    const card = {
      v: 1 as const,
      key: "r1",
      title: "周报",
      blocks: [{ type: "picture" as const, pictureId: "p_1", alt: "漏斗" }],
      buttons: [],
    };
    await house.channel.deliver({
      id: "o1",
      address: { channel: "web", room: "bot:ann" },
      body: { type: "card", card },
    });
    const statusFor = async (headers: Record<string, string>, id = "p_1") =>
      (await house.http.inject({ method: "GET", url: `/pictures/${id}`, headers })).statusCode;

    expect(await statusFor({ cookie: await signIn(house, "ann") })).toBe(200);
    expect(await statusFor({ cookie: await signIn(house, "ann") }, "pX1")).toBe(404);
    expect(await statusFor({ cookie: await signIn(house, "li") })).toBe(404);
    expect(await statusFor({})).toBe(401);
  });
});

describe("the demonstration", () => {
  const cast = [{ personId: "wang", name: "王女士", role: "顾客" }];
  const ask = (demo: House, headers: Record<string, string>, person = "wang", remoteAddress = "127.0.0.1") =>
    demo.http.inject({ method: "POST", url: "/demo/sign-in", headers, payload: { person }, remoteAddress });

  it("lets the cast in on this machine, by its own name, and nobody else", async () => {
    const demo = await openHouse({ demo: true, cast });
    const host = "localhost:8787";

    const statuses = {
      here: (await ask(demo, { host })).statusCode,
      elsewhere: (await ask(demo, { host }, "wang", "192.168.1.7")).statusCode,
      rebound: (await ask(demo, { host: "evil.example" })).statusCode,
      proxied: (await ask(demo, { host, "x-forwarded-for": "1.2.3.4" })).statusCode,
      foreignPage: (await ask(demo, { host, origin: "https://evil.example" })).statusCode,
      notInTheCast: (await ask(demo, { host }, "chen")).statusCode,
    };

    await demo.close();
    expect(statuses).toEqual({
      here: 200,
      elsewhere: 403,
      rebound: 403,
      proxied: 403,
      foreignPage: 403,
      notInTheCast: 404,
    });
  });

  it("gives each pane a ticket of its own", async () => {
    const demo = await openHouse({ demo: true, cast });
    const { ticket } = (await ask(demo, { host: "localhost" })).json();

    const tab = await openTab(demo, "", `?ticket=${ticket}`);

    expect(tab.hello.me).toMatchObject({ id: "wang", name: "王女士" });
    await tab.close();
    await demo.close();
  });
});
