import { expect, it } from "vitest";
import { createTerminalChannel } from "#bot/channels/terminal/channel.ts";

it("says what could not be kept, and goes on with the next line", async () => {
  const shown: string[] = [];
  const lines = (async function* () {
    yield* ["这个月交了几篇", "上个月交了几篇"];
  })();
  const terminal = { lines, show: (text: string) => void shown.push(text), close: () => {} };
  const heard: string[] = [];
  const channel = createTerminalChannel({ terminal, personId: "M1", now: () => 0, newId: () => "id" });

  await channel.start(async (event) => {
    heard.push(event.type === "message" ? event.text : event.type);
    if (heard.length === 1) throw new Error("database or disk is full");
  });
  await channel.ended;

  expect(heard).toEqual(["这个月交了几篇", "上个月交了几篇"]);
  expect(shown).toEqual([expect.stringContaining("没有记下来")]);
});
