import { useEffect, useState } from "preact/hooks";
import type { TaskDeskView, TaskPreview, WrittenTask } from "../../../task-view.ts";
import { ApiError, api } from "./api.ts";
import { Blocks } from "./card.tsx";
import { useShell } from "./store.ts";
import { Lines, Names, NumberField, Picks } from "./task-fields.tsx";
import type { Say } from "./words.ts";

const typingPauseMs = 500;

type Props = {
  view: TaskDeskView;
  /** A later state of the task is on its way: what is written now would be lost. */
  outdated: boolean;
  say: Say;
  onDirty: (dirty: boolean) => void;
  onSaved: (words: string, id: string) => void;
};

/** All of a task that may be said, with whom it would ask as it stands; nothing counts before it is kept. */
export function TaskForm({ view, outdated, say, onDirty, onSaved }: Props) {
  const { lang } = useShell();
  const [form, setForm] = useState(view.form);
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const dirty = JSON.stringify(form) !== JSON.stringify(view.form);
  useEffect(() => onDirty(dirty), [dirty]);
  const preview = usePreview(view.isEditable && form.title.trim() !== "" && form.forms.length > 0 ? form : undefined);
  const set = (change: Partial<WrittenTask>) => setForm((before) => ({ ...before, ...change }));
  const save = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setRefused("");
    try {
      const body = { task: form, version: view.version };
      const told = await api<{ id: string; said: string }>(`/api/tasks?lang=${lang}`, body);
      onSaved(told.said, told.id);
    } catch (cause) {
      setRefused(cause instanceof ApiError ? cause.message : say("refused.fault"));
    }
    setBusy(false);
  };
  return (
    <form class="task-form" onSubmit={save}>
      <fieldset disabled={!view.isEditable || busy || outdated} class="task-fieldset">
        <What form={form} set={set} view={view} say={say} />
        <Whom form={form} set={set} view={view} say={say} preview={preview} />
        <How form={form} set={set} view={view} say={say} />
        {refused && (
          <p class="segment-fault" role="alert">
            {refused}
          </p>
        )}
        {view.isEditable && (
          <button
            type="submit"
            class="button tone-primary task-save"
            disabled={busy || !dirty || (preview !== undefined && preview !== "counting" && "fault" in preview)}
          >
            {say(view.form.id === null ? "taskKeep" : "taskSave")}
          </button>
        )}
      </fieldset>
    </form>
  );
}

type Part = { form: WrittenTask; set: (change: Partial<WrittenTask>) => void; view: TaskDeskView; say: Say };

function What({ form, set, view, say }: Part) {
  const toggle = (key: string) =>
    set({
      forms: form.forms.some((one) => one.form === key)
        ? form.forms.filter((one) => one.form !== key)
        : [...form.forms, { form: key, brief: "" }],
    });
  return (
    <div class="panel segment-editor">
      <label>
        <span>{say("taskTitle")}</span>
        <input
          class="field"
          value={form.title}
          maxLength={120}
          onInput={(e) => set({ title: e.currentTarget.value })}
        />
      </label>
      <label>
        <span>{say("taskTheme")}</span>
        <input
          class="field"
          list="task-themes"
          value={form.theme}
          maxLength={120}
          placeholder={say("taskThemeHint")}
          onInput={(e) => set({ theme: e.currentTarget.value })}
        />
        <datalist id="task-themes">
          {view.choices.themes.map((theme) => (
            <option key={theme} value={theme} />
          ))}
        </datalist>
      </label>
      <label>
        <span>{say("taskBrief")}</span>
        <textarea
          class="field"
          rows={3}
          maxLength={4000}
          value={form.brief}
          onInput={(e) => set({ brief: e.currentTarget.value })}
        />
      </label>
      <Lines
        label={say("taskMaterials")}
        lines={form.materials}
        placeholder="https://…"
        onChange={(materials) => set({ materials })}
      />
      <Picks
        label={say("taskForms")}
        choices={view.choices.forms}
        picked={form.forms.map((one) => one.form)}
        onToggle={toggle}
      />
      {form.forms.map((one) => {
        const name = view.choices.forms.find(({ key }) => key === one.form)?.name ?? one.form;
        return (
          <label key={one.form}>
            <span>{say("taskFormBrief", { name })}</span>
            <textarea
              class="field"
              rows={2}
              maxLength={2000}
              value={one.brief}
              onInput={(e) => {
                const brief = e.currentTarget.value;
                set({ forms: form.forms.map((each) => (each.form === one.form ? { ...each, brief } : each)) });
              }}
            />
          </label>
        );
      })}
    </div>
  );
}

function Whom({ form, set, view, say, preview }: Part & { preview: TaskPreview | "counting" | undefined }) {
  return (
    <div class="panel segment-editor">
      <Names
        label={say("taskAudience")}
        hint={say("taskEverybody")}
        names={form.audience}
        known={view.choices.audience}
        onChange={(audience) => set({ audience })}
        say={say}
      />
      <Names
        label={say("taskExcluded")}
        hint=""
        names={form.excluded}
        known={view.choices.audience}
        onChange={(excluded) => set({ excluded })}
        say={say}
      />
      <div aria-live="polite" class="task-preview">
        {preview === "counting" && <p class="segment-help">{say("segmentCounting")}</p>}
        {preview !== undefined && preview !== "counting" && "fault" in preview && (
          <p class="segment-fault">{preview.fault}</p>
        )}
        {preview !== undefined && preview !== "counting" && "blocks" in preview && <Blocks blocks={preview.blocks} />}
        {preview === undefined && view.isEditable && <p class="segment-help">{say("taskPreviewHint")}</p>}
      </div>
    </div>
  );
}

function How({ form, set, view, say }: Part) {
  const picked = (key: string) => form.platforms.includes(key);
  return (
    <div class="panel segment-editor">
      <div class="task-numbers">
        <NumberField
          label={say("taskQuota")}
          value={form.quota}
          least={1}
          onChange={(quota) => set({ quota: quota ?? 0 })}
        />
        <NumberField
          label={say("taskBudget")}
          value={form.pushBudget}
          least={1}
          placeholder={say("taskBudgetHint")}
          onChange={(pushBudget) => set({ pushBudget })}
        />
        <NumberField
          label={say("taskReward")}
          value={form.reward}
          least={0}
          onChange={(reward) => set({ reward: reward ?? 0 })}
        />
        <label>
          <span>{say("taskImportance")}</span>
          <select
            class="field"
            value={form.importance}
            onChange={(e) => set({ importance: Number(e.currentTarget.value) })}
          >
            {[1, 2, 3, 4, 5].map((n) => (
              <option key={n} value={n}>
                {"★".repeat(n)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{say("taskDeadline")}</span>
          <input
            class="field"
            type="datetime-local"
            value={form.deadline}
            onInput={(e) => set({ deadline: e.currentTarget.value })}
          />
        </label>
        <NumberField label={say("taskCount")} value={form.count} least={1} onChange={(n) => set({ count: n ?? 1 })} />
      </div>
      <Picks
        label={say("taskPlatforms")}
        choices={view.choices.platforms}
        picked={form.platforms}
        onToggle={(key) =>
          set({ platforms: picked(key) ? form.platforms.filter((one) => one !== key) : [...form.platforms, key] })
        }
      />
      <Names
        label={say("taskMention")}
        hint=""
        names={form.mustMention}
        known={[]}
        onChange={(mustMention) => set({ mustMention })}
        say={say}
      />
      <label class="task-check">
        <input
          type="checkbox"
          checked={form.newerThanTask}
          onChange={(e) => set({ newerThanTask: e.currentTarget.checked })}
        />
        <span>{say("taskNewer")}</span>
      </label>
    </div>
  );
}

/** Whom the task would ask as it stands, asked once the typing pauses; answers to an older state are dropped. */
function usePreview(form: WrittenTask | undefined) {
  const { lang, say } = useShell();
  const [preview, setPreview] = useState<TaskPreview | "counting">();
  const asked = form && JSON.stringify(form);
  useEffect(() => {
    setPreview(asked === undefined ? undefined : "counting");
    if (asked === undefined) return;
    let stale = false;
    const timer = setTimeout(() => {
      api<TaskPreview>(`/api/tasks/preview?lang=${lang}`, JSON.parse(asked) as WrittenTask)
        .then((read) => !stale && setPreview(read))
        .catch((cause) => {
          if (!stale) setPreview({ fault: cause instanceof ApiError ? cause.message : say("refused.fault") });
        });
    }, typingPauseMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [asked, lang]);
  return preview;
}
