import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { formChart, learningSections } from "#cards/learning.ts";
import { clockText, say } from "#cards/names.ts";
import type { Store } from "#db/store.ts";
import type { Context } from "#handlers/context.ts";
import { learningView } from "#handlers/show-learning.ts";
import type { WebChannel } from "./channels/web/channel.ts";

const asked = z.object({ lang: z.enum(["zh", "en"]).optional() });

/** `/learning`: all weights, where they come from and how they moved, for managers. */
export function registerLearningPage(
  http: FastifyInstance,
  deps: { store: Store; ctx: Context; web: WebChannel },
): void {
  const { store, ctx, web } = deps;
  http.get("/learning", async (request, reply) => {
    const session = await web.requireRight(request);
    const { lang } = asked.parse(request.query);
    const view = await store.read(async (tx) => {
      const person = await tx.people.find(session.personId);
      return person && learningView(tx, ctx, { ...person, lang: lang ?? person.lang });
    });
    if (!view) return reply.code(404).send({ message: "没有找到 · Not found" });
    const [{ drawSvg }, { pageOf, pagePolicy, servedPage }] = await Promise.all([
      import("./chart.ts"),
      import("./report-page.ts"),
    ]);
    const chart = formChart(view);
    const page = pageOf({
      title: say(view.lang, "学到的权重", "What was learned"),
      note: clockText(ctx.now(), 0, view.zone, view.lang),
      lang: view.lang,
      ...(chart && { figure: { svg: await drawSvg(chart), alt: chart.alt } }),
      sections: learningSections(view),
    });
    return reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-store")
      .header("content-security-policy", pagePolicy)
      .send(servedPage(page));
  });
}
