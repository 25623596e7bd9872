import { expect, it } from "vitest";
import { clockFinding } from "#bot/commands/doctor.ts";
import { startWithCast } from "../../setup/koloop.ts";

it("a clock behind what was written down last is told of, a few minutes are not", async () => {
  const koloop = await startWithCast();
  await koloop.store.transaction((tx) =>
    tx.settings.audit({ at: koloop.ctx.now(), actor: "M1", action: "test", subject: "clock", detail: {} }),
  );
  const told = (now: number) => koloop.store.read((tx) => clockFinding(tx, now));

  expect(await told(koloop.ctx.now() - 86_400_000)).toMatchObject({ ok: false, en: expect.stringContaining("NTP") });
  expect((await told(koloop.ctx.now() - 60_000)).ok).toBe(true);
  expect((await told(koloop.ctx.now())).ok).toBe(true);
});
