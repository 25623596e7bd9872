import { useId, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import type { Say } from "./words.ts";

type NumberProps = {
  label: string;
  value: number | null;
  least: number;
  placeholder?: string;
  onChange: (value: number | null) => void;
};

/** A whole number; an empty field is none. */
export function NumberField({ label, value, least, placeholder, onChange }: NumberProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        class="field"
        type="number"
        inputMode="numeric"
        min={least}
        max={1_000_000}
        step={1}
        value={value ?? ""}
        placeholder={placeholder}
        onInput={(e) => {
          const said = e.currentTarget.valueAsNumber;
          onChange(Number.isFinite(said) ? Math.trunc(said) : null);
        }}
      />
    </label>
  );
}

type PicksProps = {
  label: string;
  choices: { key: string; name: string }[];
  picked: string[];
  onToggle: (key: string) => void;
};

/** Several of a few: each a button that stays down. */
export function Picks({ label, choices, picked, onToggle }: PicksProps) {
  return (
    <fieldset class="task-picks">
      <legend>{label}</legend>
      {choices.map(({ key, name }) => (
        <button
          key={key}
          type="button"
          class="task-pick"
          aria-pressed={picked.includes(key)}
          onClick={() => onToggle(key)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

type NamesProps = {
  label: string;
  hint: string;
  names: string[];
  /** What is offered while typing; anything else may be written as well. */
  known: string[];
  onChange: (names: string[]) => void;
  say: Say;
};

/** Names one by one, each taken away with a tap. */
export function Names({ label, hint, names, known, onChange, say }: NamesProps) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const add = (text: string) => {
    const name = text.trim();
    setTyped("");
    if (name !== "" && !names.includes(name)) onChange([...names, name]);
  };
  return (
    <div class="task-names">
      <label for={`${id}in`}>
        <span>{label}</span>
      </label>
      {names.length > 0 && (
        <ul>
          {names.map((name) => (
            <li key={name} dir="auto">
              {name}
              <button
                type="button"
                aria-label={say("taskRemove", { name })}
                onClick={() => onChange(names.filter((one) => one !== name))}
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        id={`${id}in`}
        class="field"
        list={known.length > 0 ? `${id}known` : undefined}
        value={typed}
        maxLength={100}
        placeholder={names.length === 0 ? hint : ""}
        onInput={(e) =>
          known.includes(e.currentTarget.value) ? add(e.currentTarget.value) : setTyped(e.currentTarget.value)
        }
        onBlur={() => add(typed)}
        onKeyDown={(e) => {
          if (e.key !== "Enter" || e.isComposing) return;
          e.preventDefault();
          add(typed);
        }}
      />
      {known.length > 0 && (
        <datalist id={`${id}known`}>
          {known
            .filter((name) => !names.includes(name))
            .map((name) => (
              <option key={name} value={name} />
            ))}
        </datalist>
      )}
    </div>
  );
}

type LinesProps = { label: string; lines: string[]; placeholder: string; onChange: (lines: string[]) => void };

/** One thing a line. */
export function Lines({ label, lines, placeholder, onChange }: LinesProps) {
  const [text, setText] = useState(lines.join("\n"));
  return (
    <label>
      <span>{label}</span>
      <textarea
        class="field"
        rows={2}
        value={text}
        placeholder={placeholder}
        onInput={(e) => {
          setText(e.currentTarget.value);
          onChange(
            e.currentTarget.value
              .split(/\s+/)
              .map((line) => line.trim())
              .filter(Boolean),
          );
        }}
      />
    </label>
  );
}
