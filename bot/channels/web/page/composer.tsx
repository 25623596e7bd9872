import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError, named, sendFile } from "./api.ts";
import { Icon } from "./icons.tsx";
import { useShutOutside } from "./shut-outside.ts";
import { useSelected, useShell } from "./store.ts";

const emoji = [
  ..."😀😄😁😂🙂😉😊😍😘🤔😅😭😡😴🤗🙄👍👎👌👏🙏💪🤝👋✌️❤️💔🎉🎁🌹☕🍻⭐🔥✅❌❓❗📷🎬🚗✈️🏨🧳👶👪🐶🌈".matchAll(
    /\p{Emoji}\uFE0F?/gu,
  ),
].map(([sign]) => sign);
const tallestPx = 180;

let drawn: string[] | undefined;
/** Those that this machine has a picture for: an empty box says nothing to anybody. Looked at once, when first needed. */
function drawable(): string[] {
  if (drawn) return drawn;
  const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return emoji;
  context.font = `18px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = "top";
  const picture = (sign: string) => {
    context.clearRect(0, 0, 24, 24);
    context.fillText(sign, 0, 2);
    return context.getImageData(0, 0, 24, 24).data.join();
  };
  const box = picture("\u{10FFFD}");
  drawn = emoji.filter((sign) => picture(sign) !== box);
  return drawn;
}

/** The box for writing. Its draft belongs to the room and survives going elsewhere. */
export function Composer({ roomId }: { roomId: string }) {
  const { messenger, say } = useShell();
  const text = useSelected((state) => state.drafts[roomId] ?? "");
  const box = useRef<HTMLTextAreaElement>(null);
  const [picking, setPicking] = useState(false);

  // Before anybody can see the chat: what is typed at once belongs into the box.
  useLayoutEffect(() => {
    // On a phone the keyboard would jump up over the chat.
    if (matchMedia("(hover: hover) and (min-width: 760px)").matches) box.current?.focus({ preventScroll: true });
  }, [roomId]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(tallestPx, element.scrollHeight)}px`;
  }, [text, roomId]);

  const write = (next: string) => messenger.draft(roomId, next);
  const send = () => {
    if (messenger.send(roomId, text)) write("");
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that settles Chinese characters in an input method must not send (229: Safari says so after the end).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const insert = (sign: string) => {
    const element = box.current;
    const from = element?.selectionStart ?? text.length;
    const to = element?.selectionEnd ?? text.length;
    write(text.slice(0, from) + sign + text.slice(to));
    setPicking(false);
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(from + sign.length, from + sign.length);
    });
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="composer-box">
        <textarea
          ref={box}
          rows={1}
          value={text}
          dir="auto"
          placeholder={say("write")}
          aria-label={say("write")}
          title={say("writeHint")}
          enterkeyhint="send"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Attach roomId={roomId} />
        <EmojiPicker open={picking} setOpen={setPicking} onPick={insert} />
      </div>
      <button type="submit" class="send" aria-label={say("send")} title={say("send")} disabled={text.trim() === ""}>
        <Icon name="send" size={20} />
      </button>
    </form>
  );
}

type Hatch = {
  accept: string;
  icon: "link" | "picture";
  label: "attach" | "handInPicture";
  send: (file: File) => Promise<void>;
};

/** In their chat with koloop, managers hand it a table of figures or comments, KOCs a screenshot of their post. */
function Attach({ roomId }: { roomId: string }) {
  const { messenger, say } = useShell();
  const me = useSelected((state) => state.me);
  if (!me || roomId !== `bot:${me.id}`) return null;
  const tables: Hatch = {
    accept: ".csv,.tsv,.txt,.xlsx",
    icon: "link",
    label: "attach",
    send: (file) => sendFile(named("/api/tables", file), file),
  };
  const pictures: Hatch = {
    accept: "image/png,image/jpeg,image/webp",
    icon: "picture",
    label: "handInPicture",
    send: async (file) => {
      if (file.size > pictureBytesMax) throw new ApiError(413, say("pictureTooLarge"));
      messenger.notice(say("pictureOnItsWay"));
      await sendFile(`/api/pictures?once=${crypto.randomUUID()}`, file);
    },
  };
  return (
    <>
      {me.roles.includes("manager") && <FileButton {...tables} />}
      {me.roles.includes("koc") && <FileButton {...pictures} />}
    </>
  );
}

const pictureBytesMax = 5 * 1024 * 1024;

function FileButton({ accept, icon, label, send }: Hatch) {
  const { messenger, say } = useShell();
  const file = useRef<HTMLInputElement>(null);
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    await send(chosen).catch((cause) =>
      messenger.notice(cause instanceof ApiError ? cause.message : say("refused.fault")),
    );
    if (file.current) file.current.value = "";
  };
  return (
    <>
      <input
        ref={file}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => void take(event.currentTarget.files?.[0])}
      />
      <button
        type="button"
        class="ghost"
        aria-label={say(label)}
        title={say(label)}
        onClick={() => file.current?.click()}
      >
        <Icon name={icon} size={20} />
      </button>
    </>
  );
}

type PickerProps = { open: boolean; setOpen: (open: boolean) => void; onPick: (sign: string) => void };

function EmojiPicker({ open, setOpen, onPick }: PickerProps) {
  const { say } = useShell();
  const ref = useShutOutside(open, setOpen);
  return (
    <div class="emoji" ref={ref}>
      <button type="button" class="ghost" aria-label={say("emoji")} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="smile" size={21} />
      </button>
      {open && (
        <fieldset class="emoji-grid" aria-label={say("emoji")}>
          {drawable().map((sign) => (
            <button key={sign} type="button" onClick={() => onPick(sign)}>
              {sign}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}
