import { expect, it, onTestFinished } from "vitest";
import { wecomFindings } from "#bot/channels/wecom/doctor.ts";
import { readConfig } from "#bot/config.ts";
import { FakeWecom } from "../../../fakes/wecom/server.ts";
import { settingsOf } from "../../../flows/wecom-house.ts";
import { freshStore } from "../../../setup/database.ts";

async function findings(change: (environment: Record<string, string>) => void, fake: FakeWecom): Promise<string[]> {
  const lines = ["app", "kf", "contact", "archive", "bot"] as const;
  const environment = settingsOf(fake, { feed: import.meta.filename, seedFile: "seed.json", lines });
  change(environment);
  const { wecom: config } = readConfig(environment);
  const found = await wecomFindings({ environment, config, store: await freshStore(), now: Date.now });
  return found.map(({ ok, zh, en }) => `${ok ? "✓" : "✗"} ${zh} / ${en}`);
}

async function fakeWecom(): Promise<FakeWecom> {
  const fake = new FakeWecom();
  await fake.start();
  onTestFinished(() => fake.stop());
  return fake;
}

it("says nothing where WeCom is not used", async () => {
  const fake = await fakeWecom();

  const found = await findings((environment) => {
    for (const name of Object.keys(environment)) if (name.startsWith("WECOM_")) delete environment[name];
  }, fake);

  expect(found).toEqual([]);
});

it("tells which lines live, that their calls work, and how koloop hears", async () => {
  const found = (await findings(() => {}, await fakeWecom())).join("\n");

  expect(found).not.toContain("✗");
  for (const words of ["智能机器人:已启用", "自建应用的接口:通", "微信客服的接口:通", "客户联系的接口:通", "会话存档"])
    expect(found).toContain(words);
});

it("names what a line misses, and says plainly that without the archive ordinary chats are not heard", async () => {
  const found = (
    await findings(
      (environment) => {
        delete environment.WECOM_CALLBACK_TOKEN;
        delete environment.WECOM_ARCHIVE_FEED;
      },
      await fakeWecom(),
    )
  ).join("\n");

  expect(found).toContain("✗ 企业微信 自建应用:还缺 WECOM_CALLBACK_TOKEN");
  expect(found).toContain("听不到员工和客户的日常聊天");
});

it("words what WeCom refuses", async () => {
  const fake = await fakeWecom();
  fake.faults.push(
    { path: "agent/get", fault: { errcode: 60020 } },
    { path: "kf/account/list", fault: { errcode: 48007 } },
  );

  const found = await findings((environment) => {
    environment.WECOM_CONTACT_SECRET = "mistyped-secret";
  }, fake);

  const wrong = found.filter((line) => line.startsWith("✗")).join("\n");
  expect(wrong).toMatch(/企业可信IP[\s\S]*客服账号没有授权[\s\S]*Secret 不对/);
  expect(wrong).not.toContain("mistyped-secret");
});
