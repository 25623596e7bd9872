import type { Heard } from "./receive.ts";

/** As much of a wechaty contact, room and message as koloop touches. */
type Talker = { say(text: string): Promise<unknown> };
type Contact = Talker & { id: string; name(): string };
type Room = Talker & { id: string; topic(): Promise<string> };
type Message = {
  id: string;
  talker(): Contact;
  room(): Room | undefined;
  text(): string;
  mentionText(): Promise<string>;
  mentionSelf(): Promise<boolean>;
  self(): boolean;
  date(): Date;
};
export type WechatyBot = {
  on(event: string, listener: (...args: never[]) => void): unknown;
  start(): Promise<void>;
  stop(): Promise<void>;
  Contact: { find(query: { id: string }): Promise<Contact | undefined> };
  Room: { find(query: { id: string }): Promise<Room | undefined> };
};

/** Loads wechaty with the puppet that is named. It is nobody's dependency: whoever wants it installs it beside koloop. */
export async function loadWechaty(puppet: string): Promise<WechatyBot> {
  // The name is put together so that compilers and bundlers do not look for what is not there.
  const name = ["wec", "haty"].join("");
  try {
    const { WechatyBuilder } = (await import(name)) as {
      WechatyBuilder: { build(options: object): WechatyBot };
    };
    return WechatyBuilder.build({ name: "koloop", puppet });
  } catch (cause) {
    throw new Error(
      `WECHATY_PUPPET is set, but wechaty cannot be loaded / 没有装 wechaty: npm install wechaty@1.20.2 ${puppet}`,
      { cause },
    );
  }
}

/** A message with all that has to be asked for. */
export async function hear(message: Message): Promise<Heard> {
  const room = message.room();
  const from = message.talker();
  return {
    id: message.id,
    from: from.id,
    fromName: from.name(),
    room: room && { id: room.id, topic: await room.topic() },
    text: room ? await message.mentionText() : message.text(),
    mentioned: room ? await message.mentionSelf() : true,
    own: message.self(),
    at: message.date().getTime(),
  };
}

/** Whoever is meant by a room of ours; undefined where they are gone. */
export async function talkerOf(bot: WechatyBot, room: string): Promise<Talker | undefined> {
  const id = room.slice(2);
  return room.startsWith("r:") ? bot.Room.find({ id }) : bot.Contact.find({ id });
}
