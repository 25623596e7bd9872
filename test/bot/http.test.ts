import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createHttp } from "#bot/http.ts";

async function addressSeen(trusted: string[], remoteAddress: string): Promise<string> {
  const http = await createHttp(pino({ level: "silent" }), trusted);
  onTestFinished(() => http.close());
  http.get("/who", async (request) => request.ip);
  const headers = { "x-forwarded-for": "198.51.100.7, 203.0.113.9" };
  return (await http.inject({ url: "/who", remoteAddress, headers })).body;
}

describe("whom a request comes from", () => {
  it("is who made the connection where no proxy is trusted", async () => {
    expect(await addressSeen([], "10.0.0.1")).toBe("10.0.0.1");
  });

  it("is told by a trusted proxy, who speaks only for the one it saw itself", async () => {
    expect(await addressSeen(["10.0.0.0/8"], "10.0.0.1")).toBe("203.0.113.9");
  });

  it("is not told by anybody else", async () => {
    expect(await addressSeen(["10.0.0.0/8"], "192.0.2.1")).toBe("192.0.2.1");
  });
});

describe("a page that is not there", () => {
  async function answerTo(accept: string) {
    const http = await createHttp(pino({ level: "silent" }));
    onTestFinished(() => http.close());
    http.get("/reports", (_request, reply) => reply.code(404).send({ message: "<没有找到> · Not found" }));
    const [nowhere, refused] = await Promise.all(
      ["/nowhere", "/reports"].map((url) => http.inject({ url, headers: { accept } })),
    );
    return [nowhere!, refused!] as const;
  }

  it("shows a browser words and a way back", async () => {
    const [nowhere, refused] = await answerTo("text/html,*/*");

    expect([nowhere.statusCode, nowhere.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(nowhere.body).toContain("没有这个页面 · No such page");
    expect(nowhere.headers["content-security-policy"]).toContain("style-src 'sha256-");
    expect(refused.body).toContain("<h1>&lt;没有找到&gt; · Not found</h1>");
    expect(refused.body).toContain('href="/"');
  });

  it("stays JSON for whoever asks for it", async () => {
    const [nowhere, refused] = await answerTo("application/json");

    expect(nowhere.json()).toEqual({ message: "没有这个页面 · No such page" });
    expect(refused.json()).toEqual({ message: "<没有找到> · Not found" });
  });
});

describe("KOLOOP_TRUSTED_PROXIES", () => {
  it("lists addresses and networks", () => {
    expect(readConfig({ KOLOOP_TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8,fd00::/8" }).trustedProxies).toEqual([
      "127.0.0.1",
      "10.0.0.0/8",
      "fd00::/8",
    ]);
  });

  it.each(["true", "10.0.0.0/33", "all", "1.2.3", "10.0.0.1/8/8"])("refuses %s", (value) => {
    expect(() => readConfig({ KOLOOP_TRUSTED_PROXIES: value })).toThrow("KOLOOP_TRUSTED_PROXIES");
  });
});
