import { useEffect, useState } from "preact/hooks";
import type { SegmentDetail, SegmentListView, SegmentPreview, SegmentRow } from "../../../segment-view.ts";
import { ApiError, api } from "./api.ts";
import { PageHead } from "./page-head.tsx";
import { go, linkTo } from "./route.ts";
import { useShell } from "./store.ts";
import { useLive } from "./use-live.ts";
import type { Say } from "./words.ts";

const typingPauseMs = 350;
const newOne = "new";

/** The managers' segments: how large each is, its rule in words, and what another rule would change before it counts. */
export function Segments({ id }: { id?: string }) {
  const { say } = useShell();
  return (
    <section class="page" aria-label={say("segments")}>
      <div class="page-inner segments">
        {id === undefined ? <List say={say} /> : id === newOne ? <New say={say} /> : <One key={id} id={id} say={say} />}
      </div>
    </section>
  );
}

function List({ say }: { say: Say }) {
  const { lang } = useShell();
  const isSettling = ({ segments }: SegmentListView) => segments.some(({ settling }) => settling);
  const { answer, fault } = useLive<SegmentListView>(`/api/segments?lang=${lang}`, isSettling);
  return (
    <>
      <PageHead title={say("segments")} back={() => go("chats")} onlyNarrow say={say}>
        <a class="button tone-primary" href={linkTo("segments", newOne)}>
          {say("segmentNew")}
        </a>
      </PageHead>
      {fault && <p class="profile-empty">{fault}</p>}
      {answer?.segments.length === 0 && <p class="profile-empty">{say("segmentNone")}</p>}
      {answer && answer.segments.length > 0 && (
        <ul class="panel segment-list">
          {answer.segments.map((row) => (
            <li key={row.id}>
              <a href={linkTo("segments", row.id)}>
                <b dir="auto">{row.name}</b>
                <span class="segment-size">{say("people", { n: row.members })}</span>
                <span class="segment-rule" dir="auto">
                  {row.rule}
                </span>
                <Progress row={row} />
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Progress({ row: { settling } }: { row: SegmentRow }) {
  if (!settling) return null;
  return (
    <span class="segment-progress" role="status">
      <progress max={Math.max(1, settling.total)} value={settling.done} />
      {settling.words}
    </span>
  );
}

function New({ say }: { say: Say }) {
  return (
    <>
      <PageHead title={say("segmentNew")} back={() => go("segments")} say={say} />
      <Editor row={null} say={say} onDone={(id) => go("segments", id)} />
    </>
  );
}

function One({ id, say }: { id: string; say: Say }) {
  const { lang } = useShell();
  const path = `/api/segments/${encodeURIComponent(id)}?lang=${lang}`;
  const { answer, fault, outdated, retry } = useLive<SegmentDetail>(path, ({ settling }) => settling !== null);
  return (
    <>
      <PageHead title={answer?.name ?? "…"} back={() => go("segments")} say={say}>
        {answer && <span class="segment-size">{say("people", { n: answer.members })}</span>}
      </PageHead>
      {fault && <p class="profile-empty">{fault}</p>}
      {answer && (
        <>
          <Progress row={answer} />
          <Editor key={answer.version} row={answer} outdated={outdated} say={say} onDone={retry} />
          <Members key={`${answer.version} ${answer.members}`} detail={answer} path={path} say={say} />
          <Retire detail={answer} say={say} />
        </>
      )}
    </>
  );
}

type EditorProps = {
  row: SegmentRow | null;
  /** A later state of the segment is on its way: what is written now would be lost. */
  outdated?: boolean;
  say: Say;
  onDone: (id: string) => void;
};

/** A rule in words with what it would do; nothing counts before the press. */
function Editor({ row, outdated = false, say, onDone }: EditorProps) {
  const { lang } = useShell();
  const [name, setName] = useState(row?.name ?? "");
  const [words, setWords] = useState(row?.rule ?? "");
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const isHeld = busy || outdated;
  const written = { id: row?.id ?? null, name, words };
  const isSame = row !== null && words.trim() === row.rule && name.trim() === row.name;
  const preview = usePreview(isSame || words.trim() === "" ? undefined : written);
  const apply = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setRefused("");
    try {
      const { id } = await api<{ id: string }>(`/api/segments?lang=${lang}`, {
        ...written,
        version: row?.version ?? 0,
      });
      onDone(id);
    } catch (cause) {
      setRefused(cause instanceof ApiError ? cause.message : say("refused.fault"));
    }
    setBusy(false);
  };
  const isReady = preview !== undefined && preview !== "counting" && !("fault" in preview) && name.trim() !== "";
  return (
    <form class="panel segment-editor" onSubmit={apply}>
      <label>
        <span>{say("segmentName")}</span>
        <input
          class="field"
          value={name}
          maxLength={60}
          disabled={isHeld}
          onInput={(e) => setName(e.currentTarget.value)}
        />
      </label>
      <label>
        <span>{say("segmentRule")}</span>
        <textarea
          class="field"
          rows={3}
          value={words}
          disabled={isHeld}
          placeholder={say("segmentRuleHint")}
          onInput={(e) => setWords(e.currentTarget.value)}
        />
      </label>
      <p class="segment-help">{say("segmentHelp")}</p>
      <div aria-live="polite">{preview !== undefined && <Preview preview={preview} say={say} />}</div>
      {refused && <p class="segment-fault">{refused}</p>}
      <button type="submit" class="button tone-primary" disabled={!isReady || isHeld}>
        {say(row ? "segmentApply" : "segmentCreate")}
      </button>
    </form>
  );
}

/** What the words would do, asked once the typing pauses; answers to older words are dropped. */
function usePreview(written: { id: string | null; name: string; words: string } | undefined) {
  const { lang, say } = useShell();
  const [preview, setPreview] = useState<SegmentPreview | "counting">();
  useEffect(() => {
    setPreview(written && "counting");
    if (!written) return;
    let stale = false;
    const timer = setTimeout(() => {
      api<SegmentPreview>(`/api/segments/preview?lang=${lang}`, written)
        .then((read) => !stale && setPreview(read))
        .catch((cause) => {
          if (!stale) setPreview({ fault: cause instanceof ApiError ? cause.message : say("refused.fault") });
        });
    }, typingPauseMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [written?.words, written?.name, lang]);
  return preview;
}

function Preview({ preview, say }: { preview: SegmentPreview | "counting"; say: Say }) {
  if (preview === "counting") return <p class="segment-help">{say("segmentCounting")}</p>;
  if ("fault" in preview) return <p class="segment-fault">{preview.fault}</p>;
  return (
    <dl class="segment-preview">
      <dt>{say("segmentUnderstood")}</dt>
      <dd dir="auto">{preview.rule}</dd>
      <dt>{say("segmentSize")}</dt>
      <dd>
        <b>{preview.size}</b>
        {preview.members !== preview.size && preview.members > 0 && ` (${preview.members} → ${preview.size})`}
      </dd>
      {preview.moves ? (
        <>
          <dt>{say("segmentEnter")}</dt>
          <dd dir="auto">{preview.entering}</dd>
          <dt>{say("segmentLeave")}</dt>
          <dd dir="auto">{preview.leaving}</dd>
        </>
      ) : (
        <dd class="segment-still">{say("segmentSame")}</dd>
      )}
    </dl>
  );
}

/** Who is in it, and why each of them. */
function Members({ detail, path, say }: { detail: SegmentDetail; path: string; say: Say }) {
  const [more, setMore] = useState<SegmentDetail["people"]>([]);
  const [next, setNext] = useState(detail.next);
  const load = async () => {
    const page = await api<SegmentDetail>(`${path}&after=${encodeURIComponent(next ?? "")}`);
    setMore((all) => [...all, ...page.people]);
    setNext(page.next);
  };
  const people = [...detail.people, ...more];
  return (
    <div class="panel">
      <h3>{say("segmentMembers")}</h3>
      {people.length === 0 && <p class="profile-empty">{say("segmentNobody")}</p>}
      {people.map((person) => (
        <div key={person.id} class="profile-line">
          <a href={linkTo("people", person.id)} dir="auto">
            {person.name}
          </a>
          <p>
            {person.since} · {person.because}
          </p>
        </div>
      ))}
      {next && (
        <button type="button" class="segment-more" onClick={() => void load()}>
          {say("segmentMore")}
        </button>
      )}
    </div>
  );
}

function Retire({ detail, say }: { detail: SegmentDetail; say: Say }) {
  const { lang } = useShell();
  const [sure, setSure] = useState(false);
  const [refused, setRefused] = useState("");
  const { segments, tasks } = detail.namedBy;
  const retire = async () => {
    if (!sure) return setSure(true);
    try {
      await api(`/api/segments/${encodeURIComponent(detail.id)}/retire?lang=${lang}`, {});
      go("segments");
    } catch (cause) {
      setRefused(cause instanceof ApiError ? cause.message : say("refused.fault"));
    }
  };
  return (
    <div class="segment-retire">
      {segments.length > 0 && <p>{say("segmentBlocked", { names: segments.join("、") })}</p>}
      {tasks.length > 0 && <p>{say("segmentTasks", { names: tasks.join("、") })}</p>}
      {refused && <p class="segment-fault">{refused}</p>}
      <button type="button" class="button tone-danger" disabled={segments.length > 0} onClick={() => void retire()}>
        {sure ? say("segmentRetireSure", { n: detail.members }) : say("segmentRetire")}
      </button>
    </div>
  );
}
