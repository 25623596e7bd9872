import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PersonView, PostView, RoomView } from "../wire.ts";
import { ApiError, api } from "./api.ts";
import { PersonAvatar, RoomAvatar } from "./avatar.tsx";
import { useTypist } from "./chat.tsx";
import { shortTime } from "./dates.ts";
import { Icon } from "./icons.tsx";
import { roomName } from "./names.ts";
import { type Found, NewChat } from "./new-chat.tsx";
import { go, linkTo } from "./route.ts";
import { roomsByFreshness } from "./state.ts";
import { useSelected, useShell } from "./store.ts";
import { roleName, type Say } from "./words.ts";

/** A phone has no Ctrl key to speak of. */
const hasKeyboard = matchMedia("(hover: hover)").matches;

/** The chats, the freshest first, with a search over them and, for employees, over everybody. */
export function ChatList({ openId }: { openId: string | undefined }) {
  const { say, messenger } = useShell();
  const rooms = useSelected((state) => state.rooms);
  const people = useSelected((state) => state.people);
  const me = useSelected((state) => state.me);
  const botName = useSelected((state) => state.botName);
  const [words, setWords] = useState("");
  const [creating, setCreating] = useState(false);
  const list = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const staff = me?.roles.some((role) => role === "koe" || role === "manager") ?? false;
  const sorted = useMemo(() => roomsByFreshness(messenger.state()), [rooms]);
  const shown = useMemo(
    () => sorted.filter((room) => matches(room, words, me?.id ?? "", people, botName)),
    [sorted, words, people, me, botName],
  );
  const found = usePeopleSearch(staff ? words : "", rooms, me?.id ?? "");
  useShortcuts(search, list, sorted, openId);

  return (
    <section class="list" aria-label={say("chats")}>
      <header class="list-head">
        <label class="search">
          <Icon name="search" size={17} />
          <input
            ref={search}
            type="search"
            value={words}
            placeholder={say(hasKeyboard ? "searchHint" : "search")}
            aria-label={say("searchHint")}
            onInput={(event) => setWords(event.currentTarget.value)}
            onKeyDown={(event) => onSearchKey(event, list.current, setWords)}
          />
        </label>
        {staff && (
          <button
            type="button"
            class="ghost"
            aria-label={say("newChat")}
            title={say("newChat")}
            onClick={() => setCreating(true)}
          >
            <Icon name="plus" size={21} />
          </button>
        )}
      </header>
      <LineBanner />
      <nav class="rooms" ref={list} aria-label={say("chats")} onKeyDown={(event) => onListKey(event)}>
        {shown.map((room, i) => (
          <RoomRow
            key={room.id}
            room={room}
            isOpen={room.id === openId}
            tabStop={shown.some(({ id }) => id === openId) ? room.id === openId : i === 0}
          />
        ))}
        {found.length > 0 && <h3 class="list-part">{say("contacts")}</h3>}
        {found.map((person) => (
          <PersonRow key={person.id} person={person} say={say} onDone={() => setWords("")} />
        ))}
        {shown.length === 0 && found.length === 0 && (
          <p class="list-empty">{words ? say("nothingFound", { words }) : me ? say("noChats") : ""}</p>
        )}
      </nav>
      {creating && <NewChat onClose={() => setCreating(false)} />}
    </section>
  );
}

function matches(
  room: RoomView,
  words: string,
  meId: string,
  people: Record<string, PersonView>,
  botName: string,
): boolean {
  if (words.trim() === "") return true;
  const names = [roomName(room, meId, people, botName), ...room.members.map(({ id }) => people[id]?.name ?? "")];
  const said = room.last?.kind === "text" ? room.last.text : room.last?.kind === "card" ? room.last.card.title : "";
  const wanted = words.trim().toLowerCase();
  return [...names, said].some((text) => text.toLowerCase().includes(wanted));
}

/** People without a chat yet, looked up on the server a moment after the last letter. */
function usePeopleSearch(words: string, rooms: Record<string, RoomView>, meId: string): Found[] {
  const wanted = words.trim();
  const [found, setFound] = useState<{ of: string; people: Found[] }>({ of: "", people: [] });
  useEffect(() => {
    if (wanted === "") return;
    let stale = false;
    const timer = setTimeout(() => {
      api<{ people: Found[] }>(`/api/people?words=${encodeURIComponent(wanted)}`)
        .then(({ people }) => !stale && setFound({ of: wanted, people }))
        .catch(() => {});
    }, 180);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  const known = new Set(
    Object.values(rooms).flatMap((room) => (room.kind === "direct" ? room.members.map(({ id }) => id) : [])),
  );
  // An answer to fewer letters stays in sight for whom more letters may still mean: Enter takes the first.
  const meant = ({ name }: Found) => found.of === wanted || name.toLowerCase().includes(wanted.toLowerCase());
  return wanted === "" ? [] : found.people.filter((one) => one.id !== meId && !known.has(one.id) && meant(one));
}

function RoomRow({ room, isOpen, tabStop }: { room: RoomView; isOpen: boolean; tabStop: boolean }) {
  const { say, lang } = useShell();
  const people = useSelected((state) => state.people);
  const meId = useSelected((state) => state.me?.id ?? "");
  const botName = useSelected((state) => state.botName);
  const draft = useSelected((state) => state.drafts[room.id]);
  const typist = useTypist(room.id);
  const name = roomName(room, meId, people, botName);
  return (
    <a
      class={`room${isOpen ? " room-open" : ""}`}
      href={linkTo("chats", room.id)}
      aria-current={isOpen ? "page" : undefined}
      tabIndex={tabStop ? 0 : -1}
    >
      <RoomAvatar room={room} meId={meId} people={people} />
      <span class="room-words">
        <span class="room-line">
          <b dir="auto">{name}</b>
          {room.last && <time>{shortTime(lang, say, room.last.at, Date.now())}</time>}
        </span>
        <span class="room-line">
          <span class="preview" dir="auto">
            {typist ? (
              <em class="accent">
                {room.kind === "group" ? say("typingBy", { name: people[typist]?.name ?? "" }) : say("typing")}
              </em>
            ) : draft && !isOpen ? (
              <>
                <em class="danger">{say("draft")}</em> {draft}
              </>
            ) : (
              <Preview
                post={room.last}
                inGroup={room.kind === "group"}
                meId={meId}
                people={people}
                say={say}
                botName={botName}
              />
            )}
          </span>
          {room.unread > 0 && (
            <span class="badge" role="img" aria-label={say("unread", { n: room.unread })}>
              {room.unread > 99 ? "99+" : room.unread}
            </span>
          )}
        </span>
      </span>
    </a>
  );
}

type PreviewProps = {
  post: PostView | undefined;
  inGroup: boolean;
  meId: string;
  people: Record<string, PersonView>;
  say: Say;
  botName: string;
};

function Preview({ post, inGroup, meId, people, say, botName }: PreviewProps) {
  if (!post) return null;
  const name = post.from === "koloop" ? botName : people[post.from]?.name;
  const who = inGroup && post.from !== meId && name ? `${name}:` : "";
  switch (post.kind) {
    case "text":
      return <>{who + post.text}</>;
    case "card":
      return (
        <>
          {who}
          <em class="accent">{say("card")}</em> {post.card.title}
        </>
      );
    case "recalled":
      return <>{post.from === meId ? say("recalledByMe") : say("recalled", { name: name ? `${name} ` : "" })}</>;
  }
}

function PersonRow({ person, say, onDone }: { person: Found; say: Say; onDone: () => void }) {
  const { messenger } = useShell();
  const begin = async () => {
    try {
      const { room } = await api<{ room: string }>("/api/rooms", { kind: "direct", with: person.id });
      onDone();
      go("chats", room);
    } catch (cause) {
      messenger.notice(cause instanceof ApiError ? cause.message : say("refused.fault"));
    }
  };
  return (
    <button type="button" class="room" onClick={begin}>
      <PersonAvatar id={person.id} name={person.name} />
      <span class="room-words">
        <span class="room-line">
          <b dir="auto">{person.name}</b>
        </span>
        <span class="room-line">
          <span class="preview">{person.roles.map((role) => roleName(say, role)).join(" · ")}</span>
        </span>
      </span>
    </button>
  );
}

/** Says that the line is gone, but not at every short stutter of it. */
function LineBanner() {
  const { say } = useShell();
  const line = useSelected((state) => state.line);
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (line === "open") return;
    const timer = setTimeout(() => setLate(true), 1200);
    return () => clearTimeout(timer);
  }, [line]);
  if (line === "open" || !late) return null;
  const words = !navigator.onLine ? "offlineNow" : line === "connecting" ? "connecting" : "disconnected";
  return (
    <p class="line-banner" role="status">
      <span class="spinner" />
      {say(words)}
    </p>
  );
}

function rowsOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(".room")];
}

function onListKey(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const rows = rowsOf(event.currentTarget);
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = step ? rows[at + step] : event.key === "Home" ? rows[0] : event.key === "End" ? rows.at(-1) : undefined;
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function onSearchKey(event: KeyboardEvent, list: HTMLElement | null, setWords: (words: string) => void): void {
  const first = list ? rowsOf(list)[0] : undefined;
  if (event.key === "Escape") {
    setWords("");
    (event.currentTarget as HTMLElement).blur();
  } else if (event.key === "ArrowDown" && first) {
    event.preventDefault();
    first.focus();
  } else if (event.key === "Enter" && first && !event.isComposing) {
    first.click();
    setWords("");
  }
}

/** Ctrl+K to search, Alt+arrows through the chats, Escape from a chat back to the list. */
function useShortcuts(
  search: { current: HTMLInputElement | null },
  list: { current: HTMLElement | null },
  rooms: RoomView[],
  openId: string | undefined,
): void {
  const now = useRef({ rooms, openId });
  now.current = { rooms, openId };
  const onceShut = useRef<(() => void) | undefined>(undefined);
  useLayoutEffect(() => {
    if (!openId) onceShut.current?.();
    onceShut.current = undefined;
  }, [openId]);
  useEffect(() => {
    // The address is followed later, and on a phone the list can't have the focus while a chat is in front of it.
    const backThen = (focus: () => void) => {
      onceShut.current = focus;
      go("chats");
    };
    const onKey = (event: KeyboardEvent) => {
      const { rooms: order, openId: id } = now.current;
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        const find = () => {
          search.current?.focus();
          search.current?.select();
        };
        if (search.current?.offsetParent === null) backThen(find);
        else find();
      } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        const at = order.findIndex((room) => room.id === id);
        const next = order[at + (event.key === "ArrowDown" ? 1 : -1)];
        if (next) go("chats", next.id);
      } else if (event.key === "Escape" && id && !document.querySelector("dialog[open]") && !event.isComposing) {
        // The search has its own Escape, and has given up the focus by now.
        if (event.target === search.current) return;
        backThen(() => list.current?.querySelector<HTMLElement>(`[href="${linkTo("chats", id)}"]`)?.focus());
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
