import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ApiError, api, setTicket } from "./api.ts";
import { App } from "./app.tsx";
import { Mark } from "./icons.tsx";
import { createMessenger, type Messenger } from "./messenger.ts";
import { linkTo, routeOf } from "./route.ts";
import { type PaneWord, Stage } from "./stage.tsx";
import { totalUnread } from "./state.ts";
import { ShellContext } from "./store.ts";
import { type Lang, sayIn, type Word } from "./words.ts";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/chat.css";
import "./styles/composer.css";
import "./styles/card.css";
import "./styles/pages.css";
import "./styles/people.css";
import "./styles/dashboards.css";
import "./styles/segments.css";
import "./styles/tasks.css";
import "./styles/stage.css";

type Who = { me: { id: string } | null; demo: boolean; lang: Lang };
type Place = "waiting" | "stage" | "chat" | { word: Word; text?: string };

type Pane = { lang: Lang; hint: string | undefined; says: string[] };

const pane = takePane();

/** A pane of the demonstration was given its ticket, its room and its language after the `#`; they don't stay in the address. */
function takePane(): Pane | undefined {
  const isTop = parent === window;
  const kept = isTop ? sessionStorage.getItem("koloop.pane") : null;
  const given = /^#pane\?(.*)$/.exec(location.hash)?.[1] ?? (location.pathname === "/chat" ? kept : null);
  if (given === null) return undefined;
  // Opened full screen it must survive being loaded again; the panes of one stage would share this memory.
  if (isTop) sessionStorage.setItem("koloop.pane", given);
  const words = new URLSearchParams(given);
  setTicket(words.get("ticket") ?? "");
  const room = words.get("room");
  if (given !== kept) history.replaceState(null, "", room ? linkTo("chats", room) : linkTo("chats"));
  return {
    lang: words.get("lang") === "en" ? "en" : "zh",
    hint: words.get("hint") ?? undefined,
    says: words.getAll("say"),
  };
}

function Root() {
  const [place, setPlace] = useState<Place>("waiting");
  const [lang, chooseLang] = useState<Lang>(() => rememberedLang() ?? "zh");
  const setLang = (next: Lang) => {
    if (!pane) localStorage.setItem("koloop.lang", next);
    chooseLang(next);
  };
  const say = useMemo(() => sayIn(lang), [lang]);
  useEffect(() => {
    const listen = (event: MessageEvent<PaneWord>) => {
      if (pane && event.origin === location.origin && event.data.koloop === "lang") chooseLang(event.data.lang);
    };
    addEventListener("message", listen);
    return () => removeEventListener("message", listen);
  }, []);
  useEffect(() => {
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  }, [lang]);
  useEffect(() => {
    void findPlace((known) => rememberedLang() ?? chooseLang(known)).then(setPlace);
  }, []);

  if (place === "waiting") return <Curtain />;
  if (place === "stage") return <Stage say={say} lang={lang} setLang={setLang} />;
  if (place === "chat")
    return <Talk lang={lang} setLang={setLang} onSignedOut={() => setPlace({ word: "signInText" })} />;
  return <SignIn title={say("signInTitle")} text={place.text ?? say(place.word)} />;
}

function rememberedLang(): Lang | undefined {
  if (pane) return pane.lang;
  const kept = localStorage.getItem("koloop.lang");
  return kept === "zh" || kept === "en" ? kept : undefined;
}

/** Which of our faces to show: the sign-in link is used up, the demonstration has its stage, a session its chats. */
async function findPlace(setLang: (lang: Lang) => void): Promise<Place> {
  try {
    if (location.pathname === "/sign-in" && location.hash.length > 1) {
      const secret = location.hash.slice(1);
      history.replaceState(null, "", "/");
      await api("/api/sign-in", { secret });
    }
    const who = await api<Who>("/api/me");
    setLang(who.lang);
    if (who.demo && location.pathname === "/" && !pane && !who.me) return "stage";
    return who.me ? "chat" : { word: "signInText" };
  } catch (cause) {
    return { word: "signInFailed", ...(cause instanceof ApiError ? { text: cause.message } : {}) };
  }
}

function Talk({ lang, setLang, onSignedOut }: { lang: Lang; setLang: (lang: Lang) => void; onSignedOut: () => void }) {
  const messenger = useMemo(() => createMessenger(lang, onSignedOut), []);
  useEffect(() => messenger.speak(lang), [lang]);
  useEffect(() => {
    messenger.start();
    const stop = pane ? tellStage(messenger) : undefined;
    return () => {
      stop?.();
      messenger.stop();
    };
  }, []);
  const signOut = async () => {
    await api("/api/sign-out", {}).catch(() => {});
    messenger.stop();
    onSignedOut();
  };
  const starters = { hint: pane?.hint, says: pane?.says ?? [] };
  const shell = useMemo(() => ({ messenger, lang, say: sayIn(lang), setLang, signOut, starters }), [lang]);
  return (
    <ShellContext.Provider value={shell}>
      <App />
    </ShellContext.Provider>
  );
}

/** A pane tells the stage what is unread and when something arrives, and takes a sentence to try into its box. */
function tellStage(messenger: Messenger): () => void {
  const tell = (word: PaneWord) => parent.postMessage(word, location.origin);
  const listen = (event: MessageEvent<PaneWord>) => {
    if (event.origin !== location.origin || event.source !== parent || event.data.koloop !== "try") return;
    const rooms = messenger.state().rooms;
    const { id } = routeOf(location.hash);
    const room = (id && rooms[id]?.id) || Object.keys(rooms)[0];
    if (!room) return;
    location.hash = linkTo("chats", room);
    messenger.draft(room, event.data.text);
    requestAnimationFrame(() => document.querySelector("textarea")?.focus());
  };
  let count = -1;
  const stopCounting = messenger.subscribe(() => {
    // The first count tells the stage that there are rooms to try something in.
    if (!messenger.state().me) return;
    const now = totalUnread(messenger.state());
    if (now !== count) tell({ koloop: "unread", count: now });
    count = now;
  });
  const stopArrivals = messenger.onArrival((post) => {
    if (post.from !== messenger.state().me?.id) tell({ koloop: "arrived" });
  });
  addEventListener("message", listen);
  return () => {
    stopCounting();
    stopArrivals();
    removeEventListener("message", listen);
  };
}

function Curtain() {
  return (
    <div class="curtain" role="status" aria-label="koloop">
      <Mark size={44} />
    </div>
  );
}

function SignIn({ title, text }: { title: string; text: string }) {
  return (
    <main class="sign-in">
      <span class="nothing-mark">
        <Mark size={44} />
      </span>
      <h1>{title}</h1>
      <p>{text}</p>
    </main>
  );
}

render(<Root />, document.getElementById("koloop")!);
