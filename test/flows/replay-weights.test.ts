import { expect, it } from "vitest";
import { createLearner } from "#handlers/learner.ts";
import { addCast, startKoloop } from "../setup/koloop.ts";

it("a learner rebuilt from the log believes the same to the last bit as the one that lived through it", async () => {
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
  await addCast(koloop);
  for (const name of ["李雷", "韩梅梅"]) await koloop.channel.write("E1", "bot:E1", `/tag ${name} 有孩家庭`);
  await koloop.channel.write("M1", "bot:M1", "新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,2篇,12月1日前");
  await koloop.settle();
  await koloop.channel.press("M1", "bot:M1", "发送给");
  for (const action of ["接受 · 视频", undefined]) {
    koloop.pass(48 * 3_600_000);
    await koloop.settle();
    await koloop.ctx.learner.current();
    if (action) await koloop.channel.press("K1", "bot:K1", action);
    await koloop.ctx.learner.current();
  }

  const lived = await koloop.ctx.learner.current();
  const { store, ctx } = koloop;
  const replayed = await createLearner({ store, timeZone: ctx.timeZone, now: ctx.now }).current();

  expect(await store.read((tx) => tx.tasks.lastStep())).toBeGreaterThan(0);
  expect(JSON.stringify(replayed.model)).toBe(JSON.stringify(lived.model));
});
