import { expect, it } from "vitest";
import { presses, says, startWithCast } from "../setup/koloop.ts";

it("a screenshot that may be for two tasks is asked about with one tap, and shown to who reviews it", async () => {
  const koloop = await startWithCast();
  for (const title of ["冬季续航实测", "露营装备清单"]) {
    await says(koloop, "M1", `新任务:${title},给所有人,视频,3篇,12月10日前`);
    await presses(koloop, "M1", "发送给 2 人");
  }
  const at = koloop.ctx.now();
  const from = { from: "K1", address: { channel: "web", room: "bot:K1" }, roomKind: "bot" as const, at };
  const pictures = [{ id: "shot-1", digest: "d1" }];
  await koloop.inbox.accept({ eventId: "p1", ...from, type: "message", text: "", addressed: true, pictures });
  await koloop.settle();
  const asked = koloop.channel.cardsIn("bot:K1").find(({ key }) => key.startsWith("hand-in-"));
  await presses(koloop, "K1", "露营装备清单");
  await koloop.inbox.accept({ eventId: "p2", ...from, type: "message", text: "", addressed: true, pictures });
  await koloop.settle();

  expect(asked?.blocks).toContainEqual({ type: "picture", pictureId: "shot-1", alt: "作品截图" });
  const handedIn = await koloop.store.read((tx) => tx.submissions.ofPerson("K1"));
  const tasks = await koloop.store.read((tx) => tx.tasks.list());
  expect(handedIn.map(({ taskId }) => tasks.find(({ id }) => id === taskId)?.title)).toEqual(["露营装备清单"]);
  const review = koloop.channel.cardsIn("bot:M1").flatMap(({ blocks }) => blocks);
  expect(review).toContainEqual({ type: "picture", pictureId: "shot-1", alt: "作品截图" });
});
