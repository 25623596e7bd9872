import type { Photo, Said } from "./receive.ts";

export type Part = { event: Said; photos: Photo[] };
type Open = { parts: Part[]; ended: Promise<void>; more: () => void };

/** The pictures of an album come as messages of their own, together: once it is quiet, they are one. */
export function createAlbums(
  quietMs: number,
  take: (whole: Part) => Promise<void>,
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

/** One message: the event of the first part, with all words and pictures. */
function together(parts: readonly Part[]): Part {
  const inOrder = [...parts].sort((a, b) => numberOf(a) - numberOf(b));
  const first = inOrder[0] as Part;
  const text = inOrder.flatMap(({ event }) => event.text || []).join("\n");
  return { event: { ...first.event, text }, photos: inOrder.flatMap(({ photos }) => photos) };
}

const numberOf = ({ event }: Part): number => Number(event.eventId.split(":").at(-1));
