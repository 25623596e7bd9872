import { useEffect } from "preact/hooks";
import { PersonAvatar } from "./avatar.tsx";
import { Chat } from "./chat.tsx";
import { ChatList } from "./chat-list.tsx";
import { Icon, type IconName, Mark } from "./icons.tsx";
import { pagesFor } from "./pages.tsx";
import { linkTo, useRoute } from "./route.ts";
import { totalUnread } from "./state.ts";
import { useSelected, useShell } from "./store.ts";

/** The messenger: the rail, the chats, and what is open. */
export function App() {
  const route = useRoute();
  const me = useSelected((state) => state.me);
  const room = useSelected((state) => (route.page === "chats" && route.id ? state.rooms[route.id] : undefined));
  const unread = useSelected(totalUnread);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread > 99 ? "99+" : unread}) koloop` : "koloop";
  }, [unread]);
  const page = pagesFor(me?.roles ?? []).find(({ path }) => path === route.page);
  const View = page?.view;
  const inside = room !== undefined || (View !== undefined && route.id !== undefined);
  return (
    <div class={`app${inside ? " app-inside" : ""}${View ? " app-page" : ""}`}>
      <Rail current={View ? route.page : "chats"} unread={unread} />
      {!View && <ChatList openId={room?.id} />}
      <main class="main">
        {View ? <View {...(route.id ? { id: route.id } : {})} /> : room ? <Chat room={room} /> : <Welcome />}
      </main>
      <Notice />
    </div>
  );
}

function Rail({ current, unread }: { current: string; unread: number }) {
  const { say } = useShell();
  const me = useSelected((state) => state.me);
  if (!me) return <nav class="rail" aria-hidden="true" />;
  const shown = pagesFor(me.roles).filter((page) => page.inRail);
  return (
    <nav class="rail" aria-label="koloop">
      <a class="rail-me" href={linkTo("me")} aria-label={me.name} title={me.name}>
        <PersonAvatar id={me.id} name={me.name} size="s" />
      </a>
      <RailLink path="chats" icon="chats" words={say("chats")} current={current === "chats"} unread={unread} />
      {shown.map(({ path, icon, word }) => (
        <RailLink key={path} path={path} icon={icon} words={say(word)} current={current === path} unread={0} />
      ))}
    </nav>
  );
}

type RailLinkProps = { path: string; icon: IconName; words: string; current: boolean; unread: number };

function RailLink({ path, icon, words, current, unread }: RailLinkProps) {
  return (
    <a class="rail-link" href={linkTo(path)} aria-current={current ? "page" : undefined}>
      <span class="rail-icon">
        <Icon name={icon} size={23} />
        {unread > 0 && <span class="badge">{unread > 99 ? "99+" : unread}</span>}
      </span>
      <span>{words}</span>
    </a>
  );
}

function Welcome() {
  const { say } = useShell();
  return (
    <div class="welcome">
      <span class="nothing-mark">
        <Mark size={44} />
      </span>
      <h2>{say("pickChat")}</h2>
      <p>{say("pickChatHint")}</p>
    </div>
  );
}

/** A short word at the foot of the window, gone by itself. */
function Notice() {
  const notice = useSelected((state) => state.notice);
  if (!notice) return <div class="notices" role="status" />;
  return (
    <div class="notices" role="status">
      <p key={notice.id} class="notice">
        {notice.text}
      </p>
    </div>
  );
}
