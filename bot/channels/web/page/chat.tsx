import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PostView, RoomView } from "../wire.ts";
import { RoomAvatar } from "./avatar.tsx";
import { PendingRow, PostRow } from "./bubble.tsx";
import { Composer } from "./composer.tsx";
import { dayName } from "./dates.ts";
import { Icon, Mark } from "./icons.tsx";
import { otherIn, roomName } from "./names.ts";
import { hasPage } from "./pages.tsx";
import { go, linkTo } from "./route.ts";
import type { Log, Pending } from "./state.ts";
import { useSelected, useShell } from "./store.ts";
import { type Item, timeline } from "./timeline.ts";

const noPosts: Log["posts"] = [];
const nearPx = 90;

/** One chat: who it is with, what was said, and the box for writing. */
export function Chat({ room }: { room: RoomView }) {
  const { messenger } = useShell();
  useEffect(() => messenger.open(room.id), [room.id]);
  return (
    <section class="chat" aria-label={useRoomName(room)}>
      <ChatHead room={room} />
      <ChatLog key={room.id} room={room} />
      <Composer roomId={room.id} />
    </section>
  );
}

function useRoomName(room: RoomView): string {
  const people = useSelected((state) => state.people);
  const meId = useSelected((state) => state.me?.id ?? "");
  const botName = useSelected((state) => state.botName);
  return roomName(room, meId, people, botName);
}

function ChatHead({ room }: { room: RoomView }) {
  const { say } = useShell();
  const people = useSelected((state) => state.people);
  const me = useSelected((state) => state.me);
  const name = useRoomName(room);
  const other = otherIn(room, me?.id ?? "");
  const profile =
    room.kind === "direct" && other && me && hasPage("people", me.roles) ? linkTo("people", other) : undefined;
  return (
    <header class="chat-head">
      <button type="button" class="ghost only-narrow" aria-label={say("back")} onClick={() => go("chats")}>
        <Icon name="back" size={22} />
      </button>
      <RoomAvatar room={room} meId={me?.id ?? ""} people={people} size="s" />
      <div class="chat-title">
        <h2 dir="auto">{name}</h2>
        <Status room={room} />
      </div>
      {profile && (
        <a class="ghost" href={profile} aria-label={name}>
          <Icon name="info" size={21} />
        </a>
      )}
    </header>
  );
}

function Status({ room }: { room: RoomView }) {
  const { say } = useShell();
  const people = useSelected((state) => state.people);
  const meId = useSelected((state) => state.me?.id ?? "");
  const typist = useTypist(room.id);
  if (typist) {
    const words = room.kind === "direct" ? say("typing") : say("typingBy", { name: people[typist]?.name ?? "" });
    return (
      <p class="status status-typing" aria-live="polite">
        {words}
      </p>
    );
  }
  if (room.kind === "bot") return <p class="status">{say("bot")}</p>;
  const online = room.members.filter(({ id }) => id === meId || people[id]?.online).length;
  if (room.kind === "group") {
    return <p class="status">{say("membersOnline", { n: room.members.length, online })}</p>;
  }
  const there = online > 1;
  return <p class={there ? "status status-online" : "status"}>{say(there ? "online" : "offline")}</p>;
}

/** Who is typing in the room right now. */
export function useTypist(roomId: string): string | undefined {
  const sign = useSelected((state) => state.typing[roomId]);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (!sign) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, sign.until - Date.now()) + 30);
    return () => clearTimeout(timer);
  }, [sign]);
  return sign && sign.until > now ? sign.person : undefined;
}

function ChatLog({ room }: { room: RoomView }) {
  const { messenger, say } = useShell();
  const log = useSelected((state) => state.logs[room.id]);
  const allPending = useSelected((state) => state.pending);
  const meId = useSelected((state) => state.me?.id ?? "");
  const posts = log?.posts ?? noPosts;
  const pending = useMemo(() => allPending.filter((one) => one.room === room.id), [allPending, room.id]);
  // How far had been read when the chat was opened: the line stays where it is while one reads on.
  const [readSeq] = useState(() => {
    const mine = room.members.find((member) => member.id === meId);
    return room.unread > 0 ? mine?.readSeq : undefined;
  });
  const items = useMemo(() => timeline(posts, pending, meId, readSeq), [posts, pending, meId, readSeq]);
  const { frame, isAtEnd, toEnd } = useScrolling(posts, pending, () => messenger.loadOlder(room.id));
  useReading(room, isAtEnd);
  const loaded = log !== undefined && !(log.loading && posts.length === 0);

  return (
    <div class="log-frame">
      <div class="log" ref={frame} role="log" aria-live="polite" aria-label={say("chats")} tabIndex={-1}>
        <div class="log-inner">
          {log?.more && posts.length > 0 && <p class="note">{say("older")}</p>}
          {loaded && items.length === 0 && <Nothing room={room} />}
          {items.map((item) => (
            <Row key={item.key} item={item} room={room} meId={meId} />
          ))}
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" class="to-end" aria-label={say("toBottom")} title={say("toBottom")} onClick={toEnd}>
          <Icon name="down" size={20} />
          {room.unread > 0 && <span class="badge">{room.unread > 99 ? "99+" : room.unread}</span>}
        </button>
      )}
    </div>
  );
}

function Nothing({ room }: { room: RoomView }) {
  const { say, messenger, starters } = useShell();
  const botName = useSelected((state) => state.botName);
  return (
    <div class="nothing">
      {room.kind === "bot" && (
        <span class="nothing-mark">
          <Mark size={34} />
        </span>
      )}
      <p>{room.kind === "bot" ? say("emptyBot", { name: botName }) : say("emptyChat")}</p>
      {starters.hint && <p class="nothing-hint">{starters.hint}</p>}
      {starters.says.length > 0 && (
        <div class="starters">
          {starters.says.map((text) => (
            <button
              key={text}
              type="button"
              onClick={() => {
                messenger.draft(room.id, text);
                document.querySelector("textarea")?.focus();
              }}
            >
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function Row({ item, room, meId }: { item: Item; room: RoomView; meId: string }) {
  const { say, lang } = useShell();
  const sender = useSelected((state) => (item.type === "post" ? state.people[item.post.from] : undefined));
  const botName = useSelected((state) => state.botName);
  switch (item.type) {
    case "day":
      return (
        <p class="day">
          <span>{dayName(lang, say, item.at, Date.now())}</span>
        </p>
      );
    case "unread":
      return <p class="unread-line">{say("newMessages")}</p>;
    case "pending":
      return <PendingRow pending={item.pending} first={item.first} last={item.last} />;
    case "post": {
      const { post } = item;
      const mine = post.from === meId;
      return (
        <PostRow
          post={post}
          mine={mine}
          first={item.first}
          last={item.last}
          sender={sender ?? (post.from === "koloop" ? { id: "koloop", name: botName } : undefined)}
          readers={mine ? countReaders(room, meId, post) : 0}
          inGroup={room.kind === "group"}
        />
      );
    }
  }
}

/** koloop has read what it has acknowledged, and only that stands in the log. */
function countReaders(room: RoomView, meId: string, { seq }: PostView): number {
  if (room.kind === "bot") return 1;
  return room.members.filter((member) => member.id !== meId && member.readSeq >= seq).length;
}

/** Keeps the newest in sight while one is at the end, and the place where one reads while older posts come in above. */
function useScrolling(posts: Log["posts"], pending: Pending[], loadOlder: () => void) {
  const frame = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const memory = useRef({ stick: true, first: 0, height: 0, opened: false });

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || posts.length === 0) return;
    const kept = memory.current;
    const first = posts[0]?.seq ?? 0;
    if (!kept.opened) {
      kept.opened = true;
      // Open at the first unread post where there are many, else at the end.
      const line = element.querySelector<HTMLElement>(".unread-line");
      element.scrollTop = element.scrollHeight;
      if (line && element.scrollHeight - line.offsetTop > element.clientHeight) element.scrollTop = line.offsetTop - 12;
      kept.stick = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
      setAtEnd(kept.stick);
    } else if (kept.first > first) {
      element.scrollTop += element.scrollHeight - kept.height;
    } else if (kept.stick) {
      element.scrollTop = element.scrollHeight;
    }
    kept.first = first;
    kept.height = element.scrollHeight;
  }, [posts]);

  useLayoutEffect(() => {
    // What I write myself I want to see.
    const element = frame.current;
    if (!element || pending.length === 0) return;
    memory.current.stick = true;
    element.scrollTop = element.scrollHeight;
  }, [pending.length]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const onScroll = () => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight;
      memory.current.stick = left < nearPx;
      memory.current.height = element.scrollHeight;
      setAtEnd(left < nearPx);
      if (element.scrollTop < 300) loadOlder();
    };
    // A picture that has loaded, a card that has grown, a keyboard that came up: the end stays in sight.
    const observer = new ResizeObserver(() => {
      if (memory.current.stick) element.scrollTop = element.scrollHeight;
      memory.current.height = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);

  const toEnd = () => frame.current?.scrollTo({ top: frame.current.scrollHeight, behavior: "smooth" });
  return { frame, isAtEnd, toEnd };
}

/** What is at the end of an open chat in a visible window has been read. */
function useReading(room: RoomView, isAtEnd: boolean): void {
  const { messenger } = useShell();
  const last = room.last?.seq;
  const loaded = useSelected((state) => (state.logs[room.id]?.posts.at(-1)?.seq ?? -1) >= (last ?? 0));
  useEffect(() => {
    if (last === undefined || !loaded || !isAtEnd) return;
    const read = () => {
      // A pane that is not shown has no height, though its document counts as visible.
      if (document.visibilityState === "visible" && innerHeight > 0) messenger.read(room.id, last);
    };
    read();
    document.addEventListener("visibilitychange", read);
    addEventListener("resize", read);
    return () => {
      document.removeEventListener("visibilitychange", read);
      removeEventListener("resize", read);
    };
  }, [room.id, last, loaded, isAtEnd]);
}
