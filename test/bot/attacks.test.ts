import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { guardAgainstGuessing } from "#bot/guess-guard.ts";
import { createHttp } from "#bot/http.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { exportPackage } from "#db/package-export.ts";
import { readPackage } from "#db/package-format.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast, addPerson, startKoloop } from "../setup/koloop.ts";

/** The whole program with its web side, on a port of its own. */
async function served(): Promise<Koloop> {
  const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
  const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
  await addCast(koloop);
  await koloop.start();
  onTestFinished(() => koloop.stop());
  return koloop;
}

const secret = (letter: string) => letter.repeat(43);

describe("an attacker on the web", () => {
  it.each([
    "/../../../../etc/passwd",
    "/assets/..%2f..%2f..%2fpackage.json",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets/....//....//package.json",
    "/pictures/..%2f..%2fkoloop.db",
    "/assets/%00",
    "/assets/%c0%ae%c0%ae/package.json",
  ])("gets no file by %s", async (path) => {
    const { address } = await served();

    const answer = await fetch(`${address}${path}`);

    expect([400, 401, 403, 404]).toContain(answer.status);
    expect(await answer.text()).not.toMatch(/root:|"dependencies"|SQLite/);
  });

  it.each([
    ["a forged cookie", { cookie: `koloop_8787=${secret("a")}` }],
    ["a forged demo ticket", { "x-koloop-ticket": `demo-${secret("a")}` }],
    ["an id instead of a secret", { cookie: "koloop_8787=M1" }],
    ["a cookie of SQL", { cookie: "koloop_8787=' OR 1=1 --" }],
  ])("is nobody with %s", async (_, headers) => {
    const { address } = await served();

    const me = (await (await fetch(`${address}/api/me`, { headers })).json()) as { me: unknown };
    const people = await fetch(`${address}/api/people`, { headers });

    expect(me.me).toBeNull();
    expect(people.status).toBe(401);
  });

  it.each(["/api/people", "/api/rooms", "/api/sign-in-links", "/pictures/x", "/api/metrics", "/api/comments", "/ws"])(
    "learns nothing at %s without a session",
    async (path) => {
      const { address } = await served();

      for (const method of ["GET", "POST", "PUT", "DELETE"]) {
        const answer = await fetch(`${address}${path}`, { method, ...(method === "GET" ? {} : { body: "{}" }) });
        expect(answer.status, method).toBeGreaterThanOrEqual(400);
        expect(answer.status, method).toBeLessThan(500);
      }
    },
  );

  it("sends __proto__ and changes no object but their own", async () => {
    const { address } = await served();

    const answer = await fetch(`${address}/api/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"secret":"x"}',
    });

    expect(answer.status).toBe(400);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("sends a body that is too large and is refused before it is read", async () => {
    const { address } = await served();

    const answer = await fetch(`${address}/api/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ secret: "x".repeat(2_000_000) }),
    }).catch(() => ({ status: 413 }));

    expect(answer.status).toBe(413);
  });

  it("is not shown how a fault came about", async () => {
    const { address } = await served();

    const answer = await fetch(`${address}/api/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });

    expect(await answer.text()).not.toMatch(/\.ts:|node_modules|SQLITE/);
  });

  it("guesses secrets, is locked out after 30, and raises one alarm; another address is served", async () => {
    let now = 0;
    const alarms: object[] = [];
    const http = await createHttp(pino({ level: "silent" }));
    onTestFinished(() => http.close());
    guardAgainstGuessing(http, { now: () => now, alarm: (fields) => alarms.push(fields) });
    http.get("/t/:secret", async (_, reply) => reply.code(404).send({}));
    const guess = (address: string) => http.inject({ url: `/t/${secret("b")}`, remoteAddress: address });

    const codes: number[] = [];
    for (let i = 0; i < 40; i++) codes.push((await guess("203.0.113.7")).statusCode);

    expect(codes.filter((code) => code === 404)).toHaveLength(30);
    expect(codes.at(-1)).toBe(429);
    expect(alarms).toEqual([{ address: "203.0.113.7", tries: 30 }]);
    expect((await guess("203.0.113.8")).statusCode).toBe(404);
    now += 10 * 60_000;
    expect((await guess("203.0.113.7")).statusCode).toBe(404);
  });

  it("asks for pages 2,000 times in a minute and is slowed down", async () => {
    let now = 0;
    const http = await createHttp(pino({ level: "silent" }));
    onTestFinished(() => http.close());
    guardAgainstGuessing(http, { now: () => now, alarm: () => {} });
    http.get("/api/me", async () => ({}));
    const codes: number[] = [];
    for (let i = 0; i < 2000; i++)
      codes.push((await http.inject({ url: "/api/me", remoteAddress: "203.0.113.7" })).statusCode);

    expect(codes.filter((code) => code === 200)).toHaveLength(1200);
    now += 60_000;
    expect((await http.inject({ url: "/api/me", remoteAddress: "203.0.113.7" })).statusCode).toBe(200);
  });
});

describe("an attacker in a name", () => {
  const formulas = [
    '=HYPERLINK("http://evil.test","x")',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'=SUM(2)",
    "-2+3+cmd|' /C calc'!A0",
  ];

  it.each(formulas)("cannot have a spreadsheet run %s, and the package comes back as it went", async (name) => {
    const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
    const folder = mkdtempSync(join(tmpdir(), "koloop-csv-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    await koloop.store.transaction((tx) => addPerson(tx, { id: "X1", name, roles: ["customer"], ownerId: null }));

    await koloop.store.read((tx) => exportPackage(tx, folder, { timeZone: "Asia/Shanghai", progress: () => {} }));

    const cells = readFileSync(join(folder, "people.csv"), "utf8").split(/[\n,]/);
    expect(cells.filter((cell) => /^"?[=@+-].*(?:[A-Za-z]\(|\|)/.test(cell))).toEqual([]);
    const read = await readPackage(folder, () => {});
    expect(read.people.map((person) => person.name)).toEqual([name]);
  });
});
