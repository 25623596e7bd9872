import { Icon } from "./icons.tsx";
import type { Say } from "./words.ts";

type PageHeadProps = {
  title: string;
  back: () => void;
  /** Shows the way back only where the page takes the whole screen. */
  onlyNarrow?: boolean;
  say: Say;
  children?: preact.ComponentChildren;
};

/** The head of a manager's page: the way back, its title, and what may be done. */
export function PageHead({ title, back, onlyNarrow, say, children }: PageHeadProps) {
  return (
    <header class="segment-head">
      <button type="button" class={`ghost${onlyNarrow ? " only-narrow" : ""}`} aria-label={say("back")} onClick={back}>
        <Icon name="back" size={22} />
      </button>
      <h2 dir="auto">{title}</h2>
      {children}
    </header>
  );
}
