import { useLayoutEffect, useState } from "preact/hooks";

/** Where the page is: `#/chats/bot:P1` is the page `chats` at `bot:P1`. */
export type Route = { page: string; id?: string };

export function routeOf(hash: string): Route {
  const [page = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  const id = rest.map(decodeURIComponent).join("/");
  return { page: page || "chats", ...(id ? { id } : {}) };
}

export function linkTo(page: string, id?: string): string {
  return id ? `#/${page}/${encodeURIComponent(id)}` : `#/${page}`;
}

export function go(page: string, id?: string): void {
  location.hash = linkTo(page, id);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useLayoutEffect(() => {
    const follow = () => setRoute(routeOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}
