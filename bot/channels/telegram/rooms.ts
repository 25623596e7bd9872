export const telegramChannel = "telegram";

/** A chat is a room, and so is each topic of a group: `-100123/45`. */
export const roomOf = (chatId: number, topic?: number): string =>
  topic === undefined ? `${chatId}` : `${chatId}/${topic}`;

/** The chat and topic behind a room. */
export function chatOf(room: string): { chat_id: number; message_thread_id?: number } {
  const [chat, topic] = room.split("/");
  return { chat_id: Number(chat), ...(topic !== undefined && { message_thread_id: Number(topic) }) };
}

/** The event that a message is, so that what is said of it later finds it. */
export const messageEventId = (chatId: number, messageId: number): string => `m:${chatId}:${messageId}`;
