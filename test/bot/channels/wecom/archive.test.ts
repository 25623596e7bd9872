import { expect, it } from "vitest";
import { readArchiveLine } from "#bot/channels/wecom/archive.ts";

const line = (msgid: string, content: string) =>
  `{"msgid":${msgid},"action":"send","from":"wmC1","tolist":["ann"],"roomid":"","msgtime":1700000000123,"msgtype":"text","text":{"content":${JSON.stringify(content)}}}`;

it("reads ids beyond 2^53 that an archiver has written as numbers, without loss", () => {
  const [one, other] = ["98765432109876543210123", "98765432109876543210124"].map((id) =>
    readArchiveLine(line(id, "好")),
  );

  expect(one).toMatchObject({ id: "98765432109876543210123" });
  expect(other).toMatchObject({ id: "98765432109876543210124" });
});

it("leaves numbers in people's words as they are", () => {
  const words = '订单 "msgid":123 和 {"from": 7}';

  expect(readArchiveLine(line('"m1"', words))).toMatchObject({ id: "m1", text: words });
});
