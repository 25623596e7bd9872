import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { taskPageWords } from "#cards/task-page.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import type { Along } from "./channels/channel.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import { channelName } from "./channels/web/receive.ts";
import { pictureBytesMax, pictureOf, pictureWith } from "./picture-form.ts";

type Deps = { ctx: Context; web: WebChannel; accept: (event: Incoming, along: Along) => Promise<unknown> };

const asked = z.object({ once: z.string().regex(/^[\w-]{8,40}$/) });

/** `POST /api/pictures`: a picture that somebody hands in from their own chat with koloop on the page. The same `once` again is the same picture. */
export async function registerPictureRoutes(http: FastifyInstance, deps: Deps): Promise<void> {
  const { ctx, web, accept } = deps;
  await http.register(async (own) => {
    own.addContentTypeParser(
      "application/octet-stream",
      { parseAs: "buffer", bodyLimit: pictureBytesMax },
      (_, body, done) => done(null, body),
    );
    own.post("/api/pictures", { bodyLimit: pictureBytesMax }, async (request, reply) => {
      const session = await web.requireRight(request);
      const { once } = asked.parse(request.query);
      const sent = Buffer.isBuffer(request.body)
        ? pictureOf(`web-${session.personId}-${once}`, request.body)
        : undefined;
      if (!sent)
        return reply.code(422).send({ message: taskPageWords(session.lang === "en" ? "en" : "zh").badPicture });
      const { id, along } = pictureWith(sent, ctx.now());
      const address = { channel: channelName, room: `bot:${session.personId}` };
      const event: Incoming = {
        eventId: `picture:${session.personId}:${once}`,
        from: session.personId,
        fromName: session.name,
        address,
        roomKind: "bot",
        at: ctx.now(),
        type: "message",
        text: "",
        addressed: true,
        pictures: [{ id, digest: sent.digest }],
      };
      await accept(event, along);
      return { taken: true };
    });
  });
}
