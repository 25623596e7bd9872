import { describe, expect, it } from "vitest";
import { signatureOf } from "#bot/channels/wecom/sidebar/signature.ts";
import { encodeAction } from "#cards/action.ts";
import { cookiesOf, openHouse, signIn } from "../../../flows/wecom-house.ts";

describe("the sidebar's server", () => {
  it("signs its own page for whoever is signed in, and no other address", async () => {
    const house = await openHouse();
    const { address } = house.koloop;
    const cookie = await signIn(house, "ann");
    const sign = (url: string, headers = { cookie }) =>
      fetch(`${address}/wecom/sidebar/signature?kind=agent&url=${encodeURIComponent(url)}`, { headers });

    const own = await sign(`${address}/wecom/sidebar?from=x#part`);
    const { timestamp, nonceStr, signature } = (await own.json()) as Record<string, string>;
    const others = ["https://evil.example/wecom/sidebar", `${address}/review`, `${address}.evil.example/wecom/sidebar`];
    const refused = await Promise.all(others.map((url) => sign(url)));
    const stranger = await sign(`${address}/wecom/sidebar`, { cookie: "" });
    const url = `${address}/wecom/sidebar?from=x`;

    expect(signature).toBe(signatureOf({ ticket: "agent-ticket", nonceStr: nonceStr!, timestamp: timestamp!, url }));
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(stranger.status).toBe(401);
  });

  it("asks WeCom for one ticket for all pages", async () => {
    const house = await openHouse();
    const cookie = await signIn(house, "ann");
    const url = encodeURIComponent(`${house.koloop.address}/wecom/sidebar`);
    const sign = () =>
      fetch(`${house.koloop.address}/wecom/sidebar/signature?kind=agent&url=${url}`, { headers: { cookie } });

    await Promise.all([sign(), sign(), sign()]);
    await sign();

    expect(house.fake.countOf("ticket/get")).toBe(1);
  });

  it("takes a login only with the state that this browser was given", async () => {
    const house = await openHouse();
    house.fake.loginCodes.set("c1", "ann");

    const answer = await fetch(`${house.koloop.address}/wecom/sidebar/login?code=c1&state=00`, { redirect: "manual" });

    expect([answer.status, cookiesOf(answer)]).toEqual([403, ""]);
    expect(house.fake.countOf("auth/getuserinfo")).toBe(0);
  });

  it("refuses a press that another site's page sends", async () => {
    const house = await openHouse();
    const cookie = await signIn(house, "ann");

    const answer = await fetch(`${house.koloop.address}/wecom/sidebar/press`, {
      method: "POST",
      headers: { cookie, origin: "https://evil.example", "content-type": "application/json" },
      body: JSON.stringify({
        customer: "wmC1",
        token: encodeAction({ type: "suggestion.confirm", id: "s1" }),
        once: "0123456789",
      }),
    });

    expect(answer.status).toBe(403);
  });

  // The vector of the fact sheet's rule: keys in this order, lower-cased, the address without its fragment.
  it("signs in the documented order", () => {
    const signature = signatureOf({ ticket: "T", nonceStr: "N", timestamp: "1", url: "https://k.example/a?b=1#c" });

    expect(signature).toBe("8f4350c112bc16c55eaf829872937e9ff7a99c9f");
  });
});
