import { useEffect, useRef } from "preact/hooks";

/** For what opens over the page: a press outside of `ref`, or Escape, shuts it and does nothing else. */
export function useShutOutside(open: boolean, setOpen: (open: boolean) => void) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const shut = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !ref.current?.contains(event.target as Node)) {
        event.stopPropagation();
        setOpen(false);
      }
    };
    document.addEventListener("pointerdown", shut, true);
    document.addEventListener("keydown", shut, true);
    return () => {
      document.removeEventListener("pointerdown", shut, true);
      document.removeEventListener("keydown", shut, true);
    };
  }, [open]);
  return ref;
}
