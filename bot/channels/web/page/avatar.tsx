import type { PersonView, RoomView } from "../wire.ts";
import { Mark } from "./icons.tsx";
import { initials, otherIn, tint } from "./names.ts";

type Size = "s" | "m" | "l";

export function PersonAvatar({
  id,
  name,
  size = "m",
  online = false,
}: {
  id: string;
  name: string;
  size?: Size;
  online?: boolean;
}) {
  const signs = initials(name);
  const wide = signs.length > 1 && /\p{Script=Han}/u.test(signs);
  return (
    <span class={`avatar avatar-${size} tint-${tint(id)}${wide ? " avatar-wide" : ""}`} aria-hidden="true">
      {signs}
      {online && <i class="presence" />}
    </span>
  );
}

export function BotAvatar({ size = "m" }: { size?: Size }) {
  return (
    <span class={`avatar avatar-${size} avatar-bot`} aria-hidden="true">
      <Mark size={size === "s" ? 18 : size === "m" ? 26 : 40} />
    </span>
  );
}

type Props = { room: RoomView; meId: string; people: Record<string, PersonView>; size?: Size };

/** koloop's sign, the other person's initials, or a small crowd. */
export function RoomAvatar({ room, meId, people, size = "m" }: Props) {
  if (room.kind === "bot") return <BotAvatar size={size} />;
  const other = otherIn(room, meId);
  if (room.kind === "direct" && other) {
    const person = people[other];
    return <PersonAvatar id={other} name={person?.name ?? other} size={size} online={person?.online ?? false} />;
  }
  return (
    <span class={`avatar avatar-${size} avatar-crowd`} aria-hidden="true">
      {room.members.slice(0, 4).map(({ id }) => (
        <i key={id} class={`tint-${tint(id)}`}>
          {[...initials(people[id]?.name ?? id)][0]}
        </i>
      ))}
    </span>
  );
}
