import type { Update } from "grammy/types";
import type { Photo, Said } from "./receive.ts";

export type Part = { event: Said; photos: Photo[] };
/** `others`: the events of the parts after the first, which are heard with it. */
export type Whole = Part & { others: string[] };
type Open = { parts: Part[]; ended: Promise<void>; more: () => void };

/** The pictures of an album come as messages of their own, together: once it is quiet, they are one. */
export function createAlbums(
  quietMs: number,
  take: (whole: Whole) => Promise<void>,
): (album: string, part: Part) => Promise<void> {
  const open = new Map<string, Open>();

  function begin(album: string, parts: Part[]): Open {
    let timer: NodeJS.Timeout;
    let finish: () => void;
    const quiet = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const more = (): void => {
      clearTimeout(timer);
      timer = setTimeout(finish, quietMs);
    };
    more();
    const ended = quiet.then(() => {
      open.delete(album);
      return take(together(parts));
    });
    return { parts, ended, more };
  }

  return (album, part) => {
    const known = open.get(album);
    known?.parts.push(part);
    known?.more();
    const current = known ?? begin(album, [part]);
    open.set(album, current);
    return current.ended;
  };
}

/** One message: the event of the first part, with all words and pictures. A part that was told twice is one. */
function together(parts: readonly Part[]): Whole {
  const known = new Map(parts.map((part) => [part.event.eventId, part]));
  const inOrder = [...known.values()].sort((a, b) => numberOf(a) - numberOf(b));
  const first = inOrder[0] as Part;
  const text = inOrder.flatMap(({ event }) => event.text || []).join("\n");
  const photos = inOrder.flatMap(({ photos }) => photos);
  const { unread, ...event } = first.event;
  return {
    event: { ...event, text, ...(unread && photos.length === 0 && { unread }) },
    photos,
    others: inOrder.slice(1).map(({ event }) => event.eventId),
  };
}

const numberOf = ({ event }: Part): number => Number(event.eventId.split(":").at(-1));

const albumOf = (update: Update): string | undefined => update.message?.media_group_id;

/** How many parts of albums a poll has brought: an album may come in several polls. */
export const countParts = (updates: readonly Update[]): number =>
  updates.filter((update) => albumOf(update) !== undefined).length;

/** A poll that brought all it may, up to an album that may go on in the next one. */
export function untilOpenAlbum(updates: Update[]): Update[] {
  const last = updates.at(-1);
  const album = last && albumOf(last);
  const begins = album === undefined ? -1 : updates.findIndex((update) => albumOf(update) === album);
  return begins > 0 ? updates.slice(0, begins) : updates;
}
