import { type Api, GrammyError } from "grammy";
import type { Store } from "#db/store.ts";
import type { Context } from "#handlers/context.ts";
import type { MessageEvent } from "#handlers/incoming.ts";
import { keepPicture, pictureBytesMax, pictureOf } from "../../picture-form.ts";
import type { TelegramConfig } from "./config.ts";
import type { Photo } from "./receive.ts";

export type KeptPicture = NonNullable<MessageEvent["pictures"]>[number];

/** A picture that Telegram answers for with a fault is asked for so often, about two minutes long; then its message goes on without it. */
const triesAtMost = 8;

/** Telegram was reached and did not hand out the picture. */
class NotHandedOut extends Error {}

type Options = { api: Api; config: TelegramConfig; store: Store; ctx: Context };

/** Fetches a picture that lies at Telegram and keeps it. Undefined for what is none, is too large, or is gone there; throws where it may come later. */
export function createPhotos({ api, config, store, ctx }: Options): (photo: Photo) => Promise<KeptPicture | undefined> {
  const tries = new Map<string, number>();

  async function bytesOf(fileId: string): Promise<Buffer | undefined> {
    const file = await api.getFile(fileId);
    if (!file.file_path || (file.file_size ?? 0) > pictureBytesMax) return undefined;
    const response = await fetch(`${config.apiRoot}/file/bot${config.token}/${file.file_path}`, {
      signal: AbortSignal.timeout(20_000),
    });
    if (response.status >= 400 && response.status < 429) return undefined;
    if (!response.ok) throw new NotHandedOut(`Telegram answered ${response.status} for a picture`);
    return Buffer.from(await response.arrayBuffer());
  }

  return async ({ fileId, uniqueId }) => {
    try {
      const bytes = await bytesOf(fileId);
      const picture = bytes && pictureOf(`tg-${uniqueId}`, bytes);
      tries.delete(uniqueId);
      return picture && { id: await keepPicture(store, picture, ctx.now()), digest: picture.digest };
    } catch (fault) {
      // Without a network nothing else comes in either: the picture waits as long as that takes.
      if (!(fault instanceof GrammyError) && !(fault instanceof NotHandedOut)) throw fault;
      const tried = (tries.get(uniqueId) ?? 0) + 1;
      tries.set(uniqueId, tried);
      // A wrong or forgotten file id is refused for good; waiting for it would hold up everybody else.
      const isRefused = fault instanceof GrammyError && fault.error_code === 400;
      if (!isRefused && tried < triesAtMost) throw fault;
      tries.delete(uniqueId);
      ctx.log.error({ err: fault }, "a picture could not be fetched from Telegram; its message goes on without it");
      return undefined;
    }
  };
}
