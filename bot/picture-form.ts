import { createHash } from "node:crypto";
import type { Store, Tx } from "#db/store.ts";
import type { Along } from "./channels/channel.ts";

export const pictureBytesMax = 5 * 1024 * 1024;
/** A form of that size with what stands around the picture. */
export const pictureFormBytes = pictureBytesMax + 64 * 1024;

export type SentPicture = { once: string; mime: string; bytes: Uint8Array; digest: string };

/** Kinds of pictures by how their bytes begin; what the sender calls them is not believed. */
const kinds: [string, (bytes: Buffer) => boolean][] = [
  ["image/png", (b) => b.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))],
  ["image/jpeg", (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff],
  ["image/webp", (b) => b.toString("latin1", 0, 4) === "RIFF" && b.toString("latin1", 8, 12) === "WEBP"],
];

/** The picture of a form that was sent with one; undefined for anything that is no picture, is too large, or is no such form. */
export async function readPictureForm(body: Uint8Array, contentType: string): Promise<SentPicture | undefined> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } })
    .formData()
    .catch(() => undefined);
  const [file, once] = [form?.get("picture"), form?.get("once")];
  if (!(file instanceof Blob) || typeof once !== "string" || !/^[\w-]{8,40}$/.test(once)) return undefined;
  return pictureOf(once, Buffer.from(await file.arrayBuffer()));
}

/** Bytes as a picture; undefined for what is none, or is too large. `once` names it: the same name again is the same picture. */
export function pictureOf(once: string, bytes: Buffer): SentPicture | undefined {
  if (bytes.length > pictureBytesMax) return undefined;
  const mime = kinds.find(([, begins]) => begins(bytes))?.[0];
  if (mime === undefined) return undefined;
  return { once, mime, bytes, digest: createHash("sha256").update(bytes).digest("hex") };
}

const idOf = ({ once }: SentPicture): string => `shot-${once}`;

async function keepIn(tx: Tx, picture: SentPicture, now: number): Promise<void> {
  const id = idOf(picture);
  if (await tx.settings.picture(id)) return;
  await tx.settings.addPicture({ id, mime: picture.mime, bytes: picture.bytes, createdAt: now });
}

/** Keeps a picture once, however often its form arrives, and tells its id. */
export async function keepPicture(store: Store, picture: SentPicture, now: number): Promise<string> {
  await store.transaction((tx) => keepIn(tx, picture, now));
  return idOf(picture);
}

/** A picture that is kept in the commit of the event that brings it, and only where the event has made something of it. */
export function pictureWith(picture: SentPicture, now: number): { id: string; along: Along } {
  const id = idOf(picture);
  const along = {
    before: (tx: Tx) => keepIn(tx, picture, now),
    page: { left: 1, turn: (tx: Tx) => tx.settings.dropLoosePicture(id) },
  };
  return { id, along };
}
