import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readUpdate } from "#bot/channels/telegram/receive.ts";

const file = join(import.meta.dirname, "..", "..", "..", "fixtures", "telegram", "updates.json");
/** Written by the Bot API's documents (core.telegram.org/bots/api, 2026-11), with people and groups that do not exist. */
const updates = JSON.parse(readFileSync(file, "utf8")) as Record<string, object>;
const bot = { id: 4242, username: "koloop_test_bot" };
const group = "-1001000000001";

describe("an update as Telegram sends it", () => {
  it.each<[string, object]>([
    ["text_in_topic", { type: "said", event: { text: "帮助", addressed: true, address: { room: `${group}/44` } } }],
    [
      "photo_in_private",
      { type: "said", event: { text: "打卡" }, photos: [{ fileId: "AgAC-large", uniqueId: "AQAD-l" }] },
    ],
    ["edited", { type: "edited", original: `m:${group}:5102`, event: { text: "改过的话", at: 1_795_000_030_000 } }],
    ["button", { type: "pressed", queryId: "4382bfdwdsb323b2d9", event: undefined }],
    ["blocked", { type: "events", events: [{ type: "left", from: "70000002", roomKind: "bot" }] }],
    ["restricted_outside", { type: "events", events: [{ type: "left", from: "70000001", roomKind: "group" }] }],
    ["reaction", { type: "events", events: [{ type: "reacted", messageEventId: `m:${group}:5102` }] }],
    ["migrated", { type: "migrated", from: -4_000_001, to: -1_001_000_000_002 }],
    ["anonymous_admin", { type: "other" }],
    ["channel_post", { type: "other", name: "channel_post" }],
  ])("%s is read", (name, expected) => {
    expect(readUpdate(updates[name], bot)).toMatchObject(expected);
  });
});
