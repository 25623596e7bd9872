import type { FastifyInstance } from "fastify";
import type { Store } from "#db/store.ts";
import { pageOf } from "../../report-page.ts";
import type { WebChannel } from "../web/channel.ts";
import { wechatyFinding } from "./doctor.ts";

/** `/wechaty`: how the WeChat account stands and the code to scan, for managers: who scans it is koloop from then on. */
export function registerLoginPage(
  http: FastifyInstance,
  { store, web }: { store: Store; web: Pick<WebChannel, "requireRight"> },
): void {
  http.get("/wechaty", async (request, reply) => {
    await web.requireRight(request);
    const { zh, en } = await wechatyFinding(store);
    const page = pageOf({
      title: "微信登录 · WeChat login",
      note: en,
      lang: "zh",
      sections: [{ title: "wechaty", blocks: [{ type: "text", text: zh }] }],
    });
    return reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-store")
      .header("refresh", "10")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'")
      .send(page);
  });
}
