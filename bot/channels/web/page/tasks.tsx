import { useState } from "preact/hooks";
import type { DeskButton, TaskDeskView, TaskListView } from "../../../task-view.ts";
import { ApiError, api } from "./api.ts";
import { Blocks } from "./card.tsx";
import { PageHead } from "./page-head.tsx";
import { go, linkTo } from "./route.ts";
import { useShell } from "./store.ts";
import { TaskForm } from "./task-form.tsx";
import { useLive } from "./use-live.ts";
import type { Say } from "./words.ts";

const newOne = "new";
const fromTemplate = "new:";

/** The managers' tasks: each with all that may be changed, whom it would ask, and what may be done with it. */
export function Tasks({ id }: { id?: string }) {
  const { say } = useShell();
  return (
    <section class="page" aria-label={say("tasks")}>
      <div class="page-inner tasks">{id === undefined ? <List say={say} /> : <Desk key={id} id={id} say={say} />}</div>
    </section>
  );
}

function List({ say }: { say: Say }) {
  const { lang } = useShell();
  const { answer, fault } = useLive<TaskListView>(`/api/tasks?lang=${lang}`);
  return (
    <>
      <PageHead title={say("tasks")} back={() => go("chats")} onlyNarrow say={say}>
        <a class="button tone-primary" href={linkTo("tasks", newOne)}>
          {say("taskNew")}
        </a>
      </PageHead>
      {fault && <p class="profile-empty">{fault}</p>}
      {answer?.tasks.length === 0 && <p class="profile-empty">{say("taskNone")}</p>}
      {answer && answer.tasks.length > 0 && (
        <ul class="panel segment-list">
          {answer.tasks.map((row) => (
            <li key={row.id}>
              <a href={linkTo("tasks", row.id)}>
                <b dir="auto">{row.title}</b>
                <span class={`task-state task-${row.status}`}>{row.state}</span>
                <span class="segment-rule" dir="auto">
                  {row.facts}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {answer && answer.templates.length > 0 && (
        <>
          <h3>{say("taskTemplates")}</h3>
          <ul class="panel segment-list">
            {answer.templates.map((row) => (
              <li key={row.id}>
                <a href={linkTo("tasks", `${fromTemplate}${row.id}`)}>
                  <b dir="auto">{row.title}</b>
                  <span class="segment-rule" dir="auto">
                    {row.facts}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function pathOf(id: string, lang: string): string {
  if (id === newOne) return `/api/tasks/new?lang=${lang}`;
  if (id.startsWith(fromTemplate))
    return `/api/tasks/new?lang=${lang}&template=${encodeURIComponent(id.slice(fromTemplate.length))}`;
  return `/api/tasks/${encodeURIComponent(id)}?lang=${lang}`;
}

function Desk({ id, say }: { id: string; say: Say }) {
  const { lang } = useShell();
  const { answer, fault, outdated, retry } = useLive<TaskDeskView>(pathOf(id, lang));
  const [dirty, setDirty] = useState(false);
  const [said, setSaid] = useState("");
  const kept = answer?.form.id ?? null;
  const done = (words: string, at: string) => {
    setSaid(words);
    setDirty(false);
    if (at === id) retry();
    else go("tasks", at);
  };
  return (
    <>
      <PageHead title={kept === null ? say("taskNew") : (answer?.form.title ?? "…")} back={() => go("tasks")} say={say}>
        {answer?.state && <span class="segment-size">{answer.state}</span>}
      </PageHead>
      {fault && <p class="profile-empty">{fault}</p>}
      <p class="task-said" role="status">
        {said}
      </p>
      {answer && answer.progress.length > 0 && (
        <div class="panel task-progress">
          <Blocks blocks={answer.progress} />
        </div>
      )}
      {answer && kept !== null && (
        <Acts
          key={answer.version}
          id={kept}
          view={answer}
          held={dirty || outdated}
          dirty={dirty}
          say={say}
          onDone={done}
        />
      )}
      {answer && (
        <TaskForm key={answer.version} view={answer} outdated={outdated} say={say} onDirty={setDirty} onSaved={done} />
      )}
    </>
  );
}

type ActsProps = {
  id: string;
  view: TaskDeskView;
  /** Nothing may be pressed. */
  held: boolean;
  dirty: boolean;
  say: Say;
  onDone: (words: string, id: string) => void;
};

/** What may be done with the task as it is kept; with changes that are not kept, they come first. */
function Acts({ id, view, held, dirty, say, onDone }: ActsProps) {
  const { lang } = useShell();
  const [sure, setSure] = useState<DeskButton>();
  const [at, setAt] = useState("");
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const press = async (button: DeskButton) => {
    if (button.sure !== undefined && sure?.act !== button.act) return setSure(button);
    setBusy(true);
    setRefused("");
    try {
      const told = await api<{ said: string }>(`/api/tasks/${encodeURIComponent(id)}/act?lang=${lang}`, {
        act: button.act,
        version: view.version,
        ...(button.act === "schedule" && { at }),
      });
      onDone(told.said, id);
    } catch (cause) {
      setRefused(cause instanceof ApiError ? cause.message : say("refused.fault"));
    }
    setSure(undefined);
    setBusy(false);
  };
  if (view.buttons.length === 0) return null;
  const shown = sure ? [sure] : view.buttons.filter(({ act }) => act !== "schedule");
  const schedule = sure ? undefined : view.buttons.find(({ act }) => act === "schedule");
  return (
    <div class="panel task-acts">
      {sure?.sure && <p>{sure.sure}</p>}
      <div class="task-buttons">
        {shown.map((button) => (
          <button
            key={button.act}
            type="button"
            class={`button tone-${button.tone}`}
            disabled={busy || held}
            onClick={() => void press(button)}
          >
            {button.label}
          </button>
        ))}
        {sure && (
          <button type="button" class="button" onClick={() => setSure(undefined)}>
            {say("cancel")}
          </button>
        )}
      </div>
      {schedule && (
        <div class="task-schedule">
          <input
            class="field"
            type="datetime-local"
            aria-label={schedule.label}
            value={at}
            onInput={(e) => setAt(e.currentTarget.value)}
          />
          <button
            type="button"
            class="button"
            disabled={busy || held || at === ""}
            onClick={() => void press(schedule)}
          >
            {schedule.label}
          </button>
        </div>
      )}
      {dirty && <p class="segment-help">{say("taskSaveFirst")}</p>}
      {refused && (
        <p class="segment-fault" role="alert">
          {refused}
        </p>
      )}
    </div>
  );
}
