import { createContext } from "preact";
import { useContext, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import type { Messenger } from "./messenger.ts";
import type { State } from "./state.ts";
import type { Lang, Say } from "./words.ts";

export type Shell = {
  messenger: Messenger;
  lang: Lang;
  say: Say;
  setLang: (lang: Lang) => void;
  signOut: () => void;
  /** What an empty chat of a demonstration offers to say. */
  starters: { hint: string | undefined; says: string[] };
};

export const ShellContext = createContext<Shell | undefined>(undefined);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error("a view stands outside the shell");
  return shell;
}

/** A part of the state; the view is drawn again only when that part is another. */
export function useSelected<T>(select: (state: State) => T): T {
  const { messenger } = useShell();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const current = { select, value: select(messenger.state()) };
  const ref = useRef(current);
  ref.current = current;
  // Not a moment after it is drawn: what is typed and sent at once is read from here.
  useLayoutEffect(() => {
    const look = () => {
      if (!Object.is(ref.current.select(messenger.state()), ref.current.value)) redraw(undefined);
    };
    look(); // something may have come between drawing and listening
    return messenger.subscribe(look);
  }, [messenger]);
  return current.value;
}
