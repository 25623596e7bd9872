import { useState } from "preact/hooks";
import { excerpt, stretches } from "./rich-text.ts";
import { useShell } from "./store.ts";

/** Text as it was typed, with its addresses as links. Everything is text to the browser: a script tag is shown, never run. */
export function RichText({ text }: { text: string }) {
  return (
    <>
      {stretches(text).map((stretch, i) =>
        stretch.url ? (
          <a key={i} href={stretch.url} target="_blank" rel="noopener noreferrer">
            {stretch.text}
          </a>
        ) : (
          stretch.text
        ),
      )}
    </>
  );
}

/** A message's text; a very long one is cut until somebody wants it all. */
export function MessageText({ text }: { text: string }) {
  const { say } = useShell();
  const [open, setOpen] = useState(false);
  const short = excerpt(text);
  if (short === undefined) return <RichText text={text} />;
  return (
    <>
      <RichText text={open ? text : `${short}…`} />
      <button type="button" class="expand" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? say("collapse") : say("expand", { n: text.length.toLocaleString("en-US") })}
      </button>
    </>
  );
}
