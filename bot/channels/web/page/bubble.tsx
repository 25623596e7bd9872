import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import type { PostView } from "../wire.ts";
import { BotAvatar, PersonAvatar } from "./avatar.tsx";
import { CardView } from "./card.tsx";
import { clock } from "./dates.ts";
import { Icon } from "./icons.tsx";
import { isFewEmoji } from "./rich-text.ts";
import { MessageText } from "./rich-text-view.tsx";
import { useShutOutside } from "./shut-outside.ts";
import type { Pending } from "./state.ts";
import { useShell } from "./store.ts";

type PostProps = {
  post: PostView;
  mine: boolean;
  first: boolean;
  last: boolean;
  /** Shown in groups, where it is not clear who speaks. */
  sender: { id: string; name: string } | undefined;
  /** How many others have read it. */
  readers: number;
  inGroup: boolean;
};

/** One post in a chat: a bubble, a card, or the note that there was one. */
export const PostRow = memo(function PostRow(props: PostProps) {
  const { post, mine, first, last, sender, inGroup } = props;
  const { say } = useShell();
  if (post.kind === "recalled") {
    return (
      <p class="note">{mine ? say("recalledByMe") : say("recalled", { name: sender ? `${sender.name} ` : "" })}</p>
    );
  }
  const side = mine ? "row-mine" : "row-theirs";
  return (
    <div class={`row ${side}${first ? " row-first" : ""}${last ? " row-last" : ""}`}>
      {!mine && inGroup && <div class="row-avatar">{last && sender && <SenderAvatar sender={sender} />}</div>}
      <div class="row-content">
        {!mine && inGroup && first && sender && <div class="row-name">{sender.name}</div>}
        {post.kind === "card" ? <CardPost post={post} /> : <TextPost {...props} post={post} />}
      </div>
    </div>
  );
});

function SenderAvatar({ sender }: { sender: { id: string; name: string } }) {
  if (sender.id === "koloop") return <BotAvatar size="s" />;
  return <PersonAvatar id={sender.id} name={sender.name} size="s" />;
}

function CardPost({ post }: { post: Extract<PostView, { kind: "card" }> }) {
  const { lang } = useShell();
  return (
    <div class="card-row">
      <CardView post={post} />
      <time class="card-time">{clock(lang, post.editedAt ?? post.at)}</time>
    </div>
  );
}

function TextPost({ post, mine, readers, inGroup }: PostProps & { post: Extract<PostView, { kind: "text" }> }) {
  const { say, lang } = useShell();
  const seen = readers > 0;
  const status = seen ? (inGroup ? say("readBy", { n: readers }) : say("readByOther")) : say("sent");
  return (
    <div class={`bubble${isFewEmoji(post.text) ? " bubble-emoji" : ""}`}>
      <span class="bubble-text" dir="auto">
        <MessageText text={post.text} />
      </span>
      <span class="bubble-meta">
        <time>{clock(lang, post.at)}</time>
        {mine && (
          <span class={seen ? "tick tick-read" : "tick"} role="img" aria-label={status} title={status}>
            <Icon name={seen ? "checks" : "check"} size={14} />
          </span>
        )}
      </span>
      <BubbleMenu post={post} mine={mine} />
    </div>
  );
}

function BubbleMenu({ post, mine }: { post: Extract<PostView, { kind: "text" }>; mine: boolean }) {
  const { say, messenger } = useShell();
  const [open, setOpen] = useState(false);
  const ref = useShutOutside(open, setOpen);
  const choose = (act: () => void) => () => {
    setOpen(false);
    act();
  };
  const copy = () => {
    void navigator.clipboard?.writeText(post.text).then(() => messenger.notice(say("copied")));
  };
  return (
    <div class="bubble-menu" ref={ref}>
      <button
        type="button"
        class="bubble-more"
        aria-label={say("more")}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" size={16} />
      </button>
      {open && (
        <div class="menu" role="menu">
          <button type="button" role="menuitem" onClick={choose(copy)}>
            {say("copy")}
          </button>
          {mine && (
            <button type="button" role="menuitem" onClick={choose(() => messenger.recall(post))}>
              {say("recall")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** A message that the server has not acknowledged yet. */
export function PendingRow({ pending, first, last }: { pending: Pending; first: boolean; last: boolean }) {
  const { say, lang, messenger } = useShell();
  return (
    <div class={`row row-mine${first ? " row-first" : ""}${last ? " row-last" : ""}`}>
      <div class="row-content">
        <div
          class={`bubble${isFewEmoji(pending.text) ? " bubble-emoji" : ""}${pending.failed ? " bubble-failed" : ""}`}
        >
          <span class="bubble-text" dir="auto">
            <MessageText text={pending.text} />
          </span>
          <span class="bubble-meta">
            <time>{clock(lang, pending.at)}</time>
            {!pending.failed && (
              <span class="tick" role="img" aria-label={say("sending")}>
                <Icon name="clock" size={13} />
              </span>
            )}
          </span>
        </div>
        {pending.failed && (
          <p class="failed" role="alert">
            <Icon name="alert" size={15} />
            {say("failed")}
            <button type="button" onClick={() => messenger.retry(pending.id)}>
              {say("retry")}
            </button>
            <button type="button" onClick={() => messenger.discard(pending.id)}>
              {say("discard")}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
