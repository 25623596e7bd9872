import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CastMember } from "../wire.ts";
import { api } from "./api.ts";
import { PersonAvatar } from "./avatar.tsx";
import { Icon, Mark } from "./icons.tsx";
import type { Lang, Say } from "./words.ts";

/** What a pane tells the stage around it, and the other way round; both sides check that it is one of ours. */
export type PaneWord =
  | { koloop: "unread"; count: number }
  | { koloop: "arrived" }
  | { koloop: "try"; text: string }
  | { koloop: "lang"; lang: Lang };

type Pane = CastMember & { ticket?: string; failed?: boolean };

/** The front page of a demonstration: the cast side by side, each signed in as one person. */
export function Stage({ say, lang, setLang }: { say: Say; lang: Lang; setLang: (lang: Lang) => void }) {
  const [panes, setPanes] = useState<Pane[]>();
  const [current, setCurrent] = useState<string>();
  const [unread, setUnread] = useState<Record<string, number>>({});
  const [lively, setLively] = useState<Record<string, number>>({});
  const frames = useRef(new Map<string, HTMLIFrameElement>());
  const spoken = useRef(lang);
  spoken.current = lang;
  // A pane hears nothing before it has told what is unread: what it is to try waits until then.
  const ready = useRef(new Set<string>());
  const waiting = useRef(new Map<string, PaneWord>());
  const columns = useRef<HTMLDivElement>(null);

  const tell = (personId: string, word: PaneWord) =>
    frames.current.get(personId)?.contentWindow?.postMessage(word, location.origin);

  useEffect(() => {
    void raiseCurtain(setPanes);
  }, []);

  useEffect(() => {
    const listen = (event: MessageEvent<PaneWord>) => {
      if (event.origin !== location.origin) return;
      const from = [...frames.current].find(([, frame]) => frame.contentWindow === event.source)?.[0];
      if (!from) return;
      const word = event.data;
      if (word.koloop === "unread") {
        setUnread((all) => ({ ...all, [from]: word.count }));
        if (ready.current.has(from)) return;
        ready.current.add(from);
        tell(from, { koloop: "lang", lang: spoken.current });
        const late = waiting.current.get(from);
        if (late) tell(from, late);
      }
      if (word.koloop === "arrived") setLively((all) => ({ ...all, [from]: (all[from] ?? 0) + 1 }));
    };
    addEventListener("message", listen);
    return () => removeEventListener("message", listen);
  }, []);

  useEffect(() => {
    const word: PaneWord = { koloop: "lang", lang };
    for (const frame of frames.current.values()) frame.contentWindow?.postMessage(word, location.origin);
  }, [lang]);

  const show = (personId: string) => {
    setCurrent(personId);
    columns.current
      ?.querySelector(`[data-person="${CSS.escape(personId)}"]`)
      ?.scrollIntoView({ inline: "center", block: "nearest" });
  };
  const tryOut = (personId: string, text: string) => {
    show(personId);
    const word: PaneWord = { koloop: "try", text };
    if (ready.current.has(personId)) tell(personId, word);
    else waiting.current.set(personId, word);
  };
  const first = panes?.find((pane) => (pane.says?.length ?? 0) > 0);

  return (
    <div class="stage">
      <header class="stage-head">
        <span class="stage-brand">
          <Mark size={22} />
          koloop
          <small>{say("demoTitle")}</small>
        </span>
        <p class="stage-lead">{say("demoLead")}</p>
        {first?.says?.[0] && (
          <button type="button" class="stage-try" onClick={() => tryOut(first.personId, first.says?.[0] ?? "")}>
            <b>{say("demoTry")}</b>
            <span>{first.says[0]}</span>
          </button>
        )}
        <button type="button" class="ghost stage-lang" onClick={() => setLang(lang === "zh" ? "en" : "zh")}>
          {lang === "zh" ? "EN" : "中文"}
        </button>
      </header>
      <fieldset class="stage-cast" aria-label={say("demoCast")}>
        {panes?.map((pane, i) => (
          <button
            key={pane.personId}
            type="button"
            aria-pressed={(current ?? panes[0]?.personId) === pane.personId}
            class={i === 0 ? "first" : ""}
            onClick={() => show(pane.personId)}
          >
            <PersonAvatar id={pane.personId} name={pane.name} size="s" />
            <span>{pane.name}</span>
            {(unread[pane.personId] ?? 0) > 0 && <span class="badge">{unread[pane.personId]}</span>}
          </button>
        ))}
      </fieldset>
      {panes?.length === 0 && <p class="stage-empty">{say("demoEmpty")}</p>}
      <div class="stage-columns" ref={columns}>
        {panes?.map((pane, i) => (
          <Column
            key={pane.personId}
            pane={pane}
            say={say}
            lang={lang}
            isCurrent={current ? current === pane.personId : i === 0}
            lively={lively[pane.personId] ?? 0}
            onTry={(text) => tryOut(pane.personId, text)}
            keep={(frame) => (frame ? frames.current.set(pane.personId, frame) : frames.current.delete(pane.personId))}
          />
        ))}
      </div>
    </div>
  );
}

/** Signs the whole cast in, one ticket each. */
async function raiseCurtain(setPanes: (panes: Pane[]) => void): Promise<void> {
  const { cast } = await api<{ cast: CastMember[] }>("/demo/cast");
  const panes = await Promise.all(
    cast.map(async (member): Promise<Pane> => {
      try {
        const { ticket } = await api<{ ticket: string }>("/demo/sign-in", { person: member.personId });
        return { ...member, ticket };
      } catch {
        return { ...member, failed: true };
      }
    }),
  );
  setPanes(panes);
}

type ColumnProps = {
  pane: Pane;
  say: Say;
  lang: Lang;
  isCurrent: boolean;
  lively: number;
  onTry: (text: string) => void;
  keep: (frame: HTMLIFrameElement | null) => void;
};

function Column({ pane, say, lang, isCurrent, lively, onTry, keep }: ColumnProps) {
  // The language at the first drawing; later changes are told, since a pane does not load anew for what stands after the `#`.
  const address = useMemo(() => paneAddress(pane, lang), [pane.ticket]);
  return (
    <section
      class={`column${isCurrent ? " column-current" : ""}`}
      data-person={pane.personId}
      aria-label={`${pane.name} · ${pane.role}`}
    >
      <header class="column-head">
        <PersonAvatar id={pane.personId} name={pane.name} size="s" />
        <span class="column-name">
          <b>{pane.name}</b>
          {pane.hint && <small title={pane.hint}>{pane.hint}</small>}
        </span>
        <span class="role">{pane.role}</span>
        {address && (
          <a
            class="ghost"
            href={address}
            target="_blank"
            rel="noopener"
            aria-label={say("demoOpen")}
            title={say("demoOpen")}
          >
            <Icon name="open" size={16} />
          </a>
        )}
      </header>
      <div class="column-frame">
        {/* A new key starts the glow anew at each arrival. */}
        {lively > 0 && <span key={lively} class="glow" />}
        {pane.failed && <p class="stage-empty">{say("demoFailed")}</p>}
        {address && <iframe ref={keep} src={address} title={`${pane.name} · ${pane.role}`} />}
      </div>
      {pane.says && pane.says.length > 0 && (
        <div class="column-says">
          {pane.says.map((text) => (
            <button key={text} type="button" title={text} onClick={() => onTry(text)}>
              {text}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}

/** The ticket stands after the `#`: it is read by the page and never sent as part of an address. */
function paneAddress(pane: Pane, lang: Lang): string | undefined {
  if (!pane.ticket) return undefined;
  const words = new URLSearchParams({ ticket: pane.ticket, lang, ...(pane.roomId ? { room: pane.roomId } : {}) });
  if (pane.hint) words.set("hint", pane.hint);
  for (const text of pane.says ?? []) words.append("say", text);
  return `/chat#pane?${words}`;
}
