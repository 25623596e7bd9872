import { checkKf } from "./card-check.ts";
import { type FakeWecom, openKfid } from "./server.ts";

type Json = Record<string, unknown>;

export function sync(fake: FakeWecom, body: Json): Json {
  if (body.open_kfid !== openKfid || Number(body.limit) > 1000) return { errcode: 40058 };
  const cursor = String(body.cursor ?? "");
  const n = Number(cursor.slice(1));
  if (n >= fake.kfLog.length) return { errcode: 0, next_cursor: cursor, has_more: 0, msg_list: [] };
  const message = fake.kfLog[n];
  const has_more = n + 1 < fake.kfLog.length ? 1 : 0;
  return { errcode: 0, next_cursor: `p${n + 1}`, has_more, msg_list: message ? [message] : [] };
}

export function kfSend(fake: FakeWecom, body: Json): Json {
  const to = String(body.touser);
  if (fake.kfState === 3) return { errcode: 95018 };
  if (fake.kfSent.some(({ message }) => message.msgid === body.msgid)) return { errcode: 0, msgid: body.msgid };
  const window = fake.kfWindows.get(to);
  if (!window || window.at + 48 * 3_600_000 <= Date.now()) return { errcode: 95018 };
  if (window.left === 0) return { errcode: 95001 };
  window.left--;
  const wrong = checkKf(body);
  if (wrong) {
    fake.complaints.push(wrong);
    return { errcode: 40058 };
  }
  fake.kfSent.push({ to, message: body });
  return { errcode: 0, msgid: body.msgid };
}
