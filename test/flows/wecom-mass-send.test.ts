import { describe, expect, it } from "vitest";
import type { Connection } from "#db/backend.ts";
import { wecomDrafts } from "#db/wecom-drafts.ts";
import { offerCardFor } from "#handlers/offer-card.ts";
import { pushOffer } from "#handlers/push.ts";
import { type House, openHouse, quietFor, until } from "./wecom-house.ts";

/** Offers the seeded task to its KOC, as a wave does. */
async function offer({ koloop: { store, ctx, outbox } }: House): Promise<string> {
  const id = await store.transaction(async (tx) => {
    const [task] = await tx.tasks.list();
    const identity = await tx.people.identity("wecom", "wmKoc1");
    const person = await tx.people.find(identity!.personId);
    const assignment = await tx.tasks.assignmentFor(task!.id, person!.id);
    const card = await offerCardFor(tx, ctx, person!, assignment!, task!);
    await pushOffer(tx, ctx, { assignment: assignment!, person: person!, card, sendAt: ctx.now() });
    return assignment!.id;
  });
  outbox.nudge();
  return id;
}

const pushedAt = ({ koloop }: House, id: string) =>
  koloop.store.read((tx) => tx.tasks.findAssignment(id)).then((assignment) => assignment?.pushedAt);
/** Employees are asked after every few minutes: here, at once. */
const hurry = async ({ koloop }: House, id: string) => {
  const isDrafted = ({ sql }: Connection) =>
    sql.get("SELECT 1 AS n FROM wecom_draft WHERE assignment_id = ? AND status = 'drafted'", id);
  await expect.poll(() => koloop.store.read((tx) => isDrafted(tx.connection))).toBeDefined();
  await koloop.store.transaction((tx) => wecomDrafts(tx.connection).settle(id, "drafted", { runAt: 0 }));
};

describe("an offer to somebody whom kf may not address", () => {
  it("is put before the employee to send, with the task's own page, and counts once WeCom says it was sent", async () => {
    const house = await openHouse();
    const { fake } = house;
    const id = await offer(house);
    const draft = await until("a draft", () => fake.massSends[0]);
    const { attachments, text } = draft.body as { attachments: { link: { url: string } }[]; text: { content: string } };
    const page = await fetch(attachments[0]!.link.url);
    await until("the draft to be noted", () => fake.countOf("externalcontact/add_msg_template") === 1);
    const before = await pushedAt(house, id);
    draft.status = 1;
    await hurry(house, id);
    await expect.poll(() => pushedAt(house, id)).toBeGreaterThan(0);

    expect([draft.sender, draft.to]).toEqual(["ann", "wmKoc1"]);
    expect(text.content).toContain("晒出你的新车");
    expect(await page.text()).toContain("晒出你的新车");
    expect(before).toBeNull();
    expect(fake.kfSent).toEqual([]);
    expect(fake.complaints).toEqual([]);
  });

  it("is drafted once, and not again where the answer of WeCom was lost", async () => {
    const house = await openHouse();
    const { fake } = house;
    fake.faults.push({ path: "externalcontact/add_msg_template", fault: "lost-answer" });
    await offer(house);
    await until("a draft", () => fake.massSends[0]);
    await quietFor(17_000);

    expect(fake.massSends).toHaveLength(1);
  });

  it("takes the draft back when the offer was made otherwise meanwhile", async () => {
    const house = await openHouse();
    const { fake, koloop } = house;
    const id = await offer(house);
    const draft = await until("a draft", () => fake.massSends[0]);
    await koloop.store.transaction(async (tx) => {
      const assignment = await tx.tasks.findAssignment(id);
      await tx.tasks.saveAssignment({ ...assignment!, pushedAt: koloop.ctx.now() });
    });
    await hurry(house, id);
    await until("the draft to be cancelled", () => draft.status === "cancelled");
  });
});
