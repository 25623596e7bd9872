import { useEffect, useState } from "preact/hooks";
import type { ProfileView } from "../../../profile-view.ts";
import { ApiError, api } from "./api.ts";
import { PersonAvatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import { PeoplePicker } from "./new-chat.tsx";
import { go } from "./route.ts";
import { useShell } from "./store.ts";
import { roleName, type Say } from "./words.ts";

/** People: choosing one, or everything that is known of the one chosen. */
export function People({ id }: { id?: string }) {
  const { say } = useShell();
  if (id) return <Profile key={id} id={id} />;
  return (
    <section class="page" aria-label={say("contacts")}>
      <div class="page-inner">
        <h2>{say("contacts")}</h2>
        <div class="panel people-find">
          <PeoplePicker chosen={[]} onToggle={(found) => go("people", found.id)} />
        </div>
      </div>
    </section>
  );
}

function Profile({ id }: { id: string }) {
  const { say, lang } = useShell();
  const [profile, setProfile] = useState<ProfileView>();
  const [fault, setFault] = useState("");
  useEffect(() => {
    let stale = false;
    api<ProfileView>(`/api/people/${encodeURIComponent(id)}?lang=${lang}`)
      .then((read) => !stale && setProfile(read))
      .catch((cause) => !stale && setFault(cause instanceof ApiError ? cause.message : say("refused.fault")));
    return () => {
      stale = true;
    };
  }, [id, lang]);
  return (
    <section class="page" aria-label={profile?.name ?? say("contacts")}>
      <div class="page-inner profile">
        <button type="button" class="ghost profile-back" aria-label={say("back")} onClick={() => history.back()}>
          <Icon name="back" size={22} />
        </button>
        {fault && <p class="profile-empty">{fault}</p>}
        {profile && <Known profile={profile} say={say} />}
      </div>
    </section>
  );
}

function Known({ profile, say }: { profile: ProfileView; say: Say }) {
  return (
    <>
      <div class="me-head">
        <PersonAvatar id={profile.id} name={profile.name} size="l" />
        <div>
          <h2 dir="auto">{profile.name}</h2>
          <p>
            {profile.roles.map((role) => (
              <span key={role} class="role">
                {roleName(say, role)}
              </span>
            ))}
          </p>
          <p class="profile-facts">{profile.facts.join(" · ")}</p>
        </div>
      </div>
      <div class="panel">
        {profile.dimensions.length === 0 && <p class="profile-empty">{say("noTags")}</p>}
        {profile.dimensions.map(({ name, tags }) => (
          <div key={name} class="profile-dimension">
            <h3>{name}</h3>
            {tags.map((tag) => (
              <Tag key={tag.id} tag={tag} say={say} />
            ))}
          </div>
        ))}
      </div>
      <Lines title={say("toConfirm")} lines={profile.suggestions} />
      {profile.segments.length > 0 && (
        <div class="panel">
          <h3>{say("segments")}</h3>
          {profile.segments.map((segment) => (
            <div key={segment.name} class="profile-line">
              <b>{segment.name}</b>
              <p>
                {segment.since} · {segment.because}
              </p>
              <p class="profile-rule">{segment.rule}</p>
            </div>
          ))}
        </div>
      )}
      {profile.tasks.length > 0 && (
        <div class="panel">
          <h3>{say("taskResults")}</h3>
          <dl class="profile-figures">
            {profile.tasks.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      {profile.timeline.length > 0 && (
        <div class="panel">
          <h3>{say("timeline")}</h3>
          <ol class="profile-timeline">
            {profile.timeline.map((moment, i) => (
              <li key={`${moment.day} ${i}`} class={moment.undone ? "undone" : ""}>
                <time>{moment.day}</time>
                <span dir="auto">{moment.text}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

type TagView = ProfileView["dimensions"][number]["tags"][number];

function Tag({ tag, say }: { tag: TagView; say: Say }) {
  const share = Math.round(tag.share * 100);
  return (
    <div class={`profile-tag${tag.fading ? " fading" : ""}`}>
      <div class="profile-tag-head">
        <b>{tag.label}</b>
        {tag.fading && <span class="role">{say("fading")}</span>}
        {tag.locked && <span class="role">{say("locked")}</span>}
        <progress max={100} value={share} aria-label={`${tag.label} ${share}%`} />
        <span class="profile-share">{share}%</span>
      </div>
      <p>
        {tag.age} · {tag.by}
      </p>
      {tag.quote && <blockquote dir="auto">{tag.quote}</blockquote>}
    </div>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <div class="panel">
      <h3>{title}</h3>
      {lines.map((line) => (
        <p key={line} class="profile-line" dir="auto">
          {line}
        </p>
      ))}
    </div>
  );
}
