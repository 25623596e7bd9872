import { useState } from "preact/hooks";
import { ApiError, api, hasTicket } from "./api.ts";
import { PersonAvatar } from "./avatar.tsx";
import { type Found, PeoplePicker } from "./new-chat.tsx";
import { useSelected, useShell } from "./store.ts";
import { roleName } from "./words.ts";

/** Who I am here, the language, the keys, and the way out. */
export function Me() {
  const { say, lang, setLang, signOut } = useShell();
  const me = useSelected((state) => state.me);
  if (!me) return null;
  return (
    <section class="page" aria-label={say("me")}>
      <div class="page-inner">
        <div class="me-head">
          <PersonAvatar id={me.id} name={me.name} size="l" />
          <div>
            <h2 dir="auto">{me.name}</h2>
            <p>
              {me.roles.map((role) => (
                <span key={role} class="role">
                  {roleName(say, role)}
                </span>
              ))}
            </p>
          </div>
        </div>
        <div class="panel">
          <div class="setting">
            <span>{say("language")}</span>
            <fieldset class="switch" aria-label={say("language")}>
              {(["zh", "en"] as const).map((one) => (
                <button key={one} type="button" aria-pressed={lang === one} onClick={() => setLang(one)}>
                  {one === "zh" ? "中文" : "English"}
                </button>
              ))}
            </fieldset>
          </div>
        </div>
        {me.roles.includes("manager") && <Invite />}
        <div class="panel keys">
          <h3>{say("keys")}</h3>
          <dl>
            <Key keys={["Ctrl", "K"]} words={say("keySearch")} />
            <Key keys={["Alt", "↑ ↓"]} words={say("keyMove")} />
            <Key keys={["Esc"]} words={say("keyBack")} />
            <Key keys={["Shift", "Enter"]} words={say("keyNewLine")} />
          </dl>
        </div>
        {!hasTicket() && (
          <button type="button" class="button tone-danger" onClick={signOut}>
            {say("signOut")}
          </button>
        )}
      </div>
    </section>
  );
}

function Key({ keys, words }: { keys: string[]; words: string }) {
  return (
    <div class="setting">
      <dt>{words}</dt>
      <dd>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dd>
    </div>
  );
}

/** A manager hands out sign-in links. */
function Invite() {
  const { say, messenger } = useShell();
  const [person, setPerson] = useState<Found>();
  const [url, setUrl] = useState("");
  const make = async () => {
    if (!person) return;
    try {
      setUrl((await api<{ url: string }>("/api/sign-in-links", { person: person.id })).url);
    } catch (cause) {
      messenger.notice(cause instanceof ApiError ? cause.message : say("refused.fault"));
    }
  };
  const copy = () => void navigator.clipboard?.writeText(url).then(() => messenger.notice(say("copied")));
  return (
    <div class="panel invite">
      <h3>{say("inviteTitle")}</h3>
      <p>{say("inviteText")}</p>
      <PeoplePicker
        chosen={person ? [person] : []}
        onToggle={(next) => {
          setPerson(next.id === person?.id ? undefined : next);
          setUrl("");
        }}
      />
      {url ? (
        <div class="invite-link">
          <input
            class="field"
            readOnly
            value={url}
            aria-label={say("inviteTitle")}
            onFocus={(event) => event.currentTarget.select()}
          />
          <button type="button" class="button tone-normal" onClick={copy}>
            {say("copy")}
          </button>
        </div>
      ) : (
        <button type="button" class="button tone-primary" disabled={!person} onClick={make}>
          {say("invite")}
        </button>
      )}
    </div>
  );
}
