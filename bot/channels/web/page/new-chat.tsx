import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, api } from "./api.ts";
import { PersonAvatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import { go } from "./route.ts";
import { useShell } from "./store.ts";
import { roleName } from "./words.ts";

export type Found = { id: string; name: string; roles: string[] };

/** Choosing people: one begins a chat, several make a group. */
export function NewChat({ onClose }: { onClose: () => void }) {
  const { say, messenger } = useShell();
  const dialog = useRef<HTMLDialogElement>(null);
  const [chosen, setChosen] = useState<Found[]>([]);
  const [title, setTitle] = useState("");
  useEffect(() => dialog.current?.showModal(), []);

  const toggle = (person: Found) =>
    setChosen(
      chosen.some(({ id }) => id === person.id) ? chosen.filter(({ id }) => id !== person.id) : [...chosen, person],
    );
  const isGroup = chosen.length > 1;
  const ready = chosen.length === 1 || (isGroup && title.trim() !== "");
  const create = async (event: Event) => {
    event.preventDefault();
    const [only] = chosen;
    if (!only || !ready) return;
    try {
      const wish = isGroup
        ? { kind: "group", title: title.trim(), members: chosen.map(({ id }) => id) }
        : { kind: "direct", with: only.id };
      const { room } = await api<{ room: string }>("/api/rooms", wish);
      onClose();
      go("chats", room);
    } catch (cause) {
      messenger.notice(cause instanceof ApiError ? cause.message : say("refused.fault"));
    }
  };

  return (
    <dialog ref={dialog} class="sheet" aria-label={say("newChat")} onClose={onClose}>
      <form onSubmit={create}>
        <header class="sheet-head">
          <h2>{say("newChat")}</h2>
          <button type="button" class="ghost" aria-label={say("close")} onClick={onClose}>
            <Icon name="close" size={20} />
          </button>
        </header>
        <PeoplePicker chosen={chosen} onToggle={toggle} />
        {isGroup && (
          <input
            class="field"
            value={title}
            maxLength={60}
            placeholder={say("groupName")}
            aria-label={say("groupName")}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        )}
        <footer class="sheet-foot">
          <span>{chosen.length > 0 ? say("chosen", { n: chosen.length }) : say("choosePeople")}</span>
          <button type="submit" class="button tone-primary" disabled={!ready}>
            {isGroup ? say("create") : say("start")}
          </button>
        </footer>
      </form>
    </dialog>
  );
}

/** A search over everybody with a mark on those who are chosen. */
export function PeoplePicker({ chosen, onToggle }: { chosen: Found[]; onToggle: (person: Found) => void }) {
  const { say } = useShell();
  const [words, setWords] = useState("");
  const [found, setFound] = useState<Found[]>([]);
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(
      () => {
        api<{ people: Found[] }>(`/api/people?words=${encodeURIComponent(words.trim())}`)
          .then(({ people }) => !stale && setFound(people))
          .catch(() => {});
      },
      words ? 180 : 0,
    );
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [words]);
  return (
    <>
      <label class="search">
        <Icon name="search" size={17} />
        <input
          type="search"
          value={words}
          placeholder={say("search")}
          aria-label={say("search")}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      </label>
      <fieldset class="picker" aria-label={say("choosePeople")}>
        {found.map((person) => (
          <label key={person.id} class="pick">
            <input
              type="checkbox"
              checked={chosen.some(({ id }) => id === person.id)}
              onChange={() => onToggle(person)}
            />
            <PersonAvatar id={person.id} name={person.name} size="s" />
            <span dir="auto">{person.name}</span>
            <small>{person.roles.map((role) => roleName(say, role)).join(" · ")}</small>
          </label>
        ))}
        {found.length === 0 && words && <p class="list-empty">{say("nothingFound", { words })}</p>}
      </fieldset>
    </>
  );
}
