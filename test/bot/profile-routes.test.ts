import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import type { ProfileView } from "#bot/profile-view.ts";
import { settleTag } from "#handlers/settle-tags.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

let koloop: Koloop;
beforeEach(async () => {
  const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
  koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
  await koloop.start();
  await addCast(koloop);
  await koloop.store.transaction(async (tx) => {
    const wang = await tx.people.find("C1");
    await settleTag(tx, koloop.ctx, wang!, {
      tag: "new_parent",
      holds: true,
      source: "koe",
      proposedBy: "koloop",
      settledBy: "E1",
      quote: "宝宝刚满月",
      messageId: null,
      suggestionId: null,
      confidence: 1,
      at: koloop.ctx.now(),
    });
  });
});
afterEach(() => koloop.stop());

async function asks(who: string, path: string): Promise<Response> {
  const link = await koloop.web!.signInLink(who);
  const secret = link.slice(link.indexOf("#") + 1).replace(/^.*=/, "");
  const origin = new URL(koloop.address).origin;
  const signedIn = await fetch(`${origin}/api/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ secret }),
  });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  return fetch(`${origin}${path}`, { headers: { cookie } });
}

describe("the profile page's data", () => {
  it("shows the employee who looks after her every tag with its words and author, and how it came about", async () => {
    const answer = await asks("E1", "/api/people/C1?lang=zh");

    const profile = (await answer.json()) as ProfileView;
    const tags = profile.dimensions.flatMap((dimension) => dimension.tags);
    expect(tags.map((tag) => [tag.label, tag.by, tag.quote])).toContainEqual(["新手爸妈", "安娜", "宝宝刚满月"]);
    expect(profile.timeline).toMatchObject([{ text: expect.stringContaining("+「新手爸妈」"), undone: false }]);
  });

  it.each([
    ["E2", 404],
    ["C1", 403],
    ["M1", 200],
  ])("answers %s with %i", async (who, status) => {
    expect((await asks(who, "/api/people/C1")).status).toBe(status);
  });
});
