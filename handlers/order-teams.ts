import { leftTeamText, notStaffText, teamChangedText, teamsText } from "#cards/teams.ts";
import type { Team } from "#db/teams.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { readTeamOrder, type TeamOrder } from "#domain/team-text.ts";
import type { Scene } from "./context.ts";
import { findPersonNamed } from "./find-person.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply, replyRefusal } from "./say.ts";

/** `小王归一组`, `小李负责一组`, `小王离开小组`, `小组`: who belongs together, and who sees whose people. For managers; other staff are told so. */
export async function orderTeams(scene: Scene<MessageEvent>): Promise<boolean> {
  const { person, event } = scene;
  const order = readTeamOrder(event.text);
  if (!order || !mayAtAll(person, "desk.use")) return false;
  const known = order.kind === "list" ? undefined : await employeeNamed(scene, order);
  // `王女士加入二组` may be talk about a customer: only orders about employees are ours, unless a team of that name exists.
  if (order.kind !== "list" && known === undefined) return false;
  if (!mayAtAll(person, "team.change")) await replyRefusal(scene, "not-for-your-role");
  else if (order.kind === "list") await showTeams(scene);
  else if (known && !mayAtAll(known, "desk.use")) await reply(scene, notStaffText(known.name, person.lang));
  else if (known) await change(scene, order, known);
  return true;
}

/** Whom an order is about: an employee, or somebody else where the team that is named exists. */
async function employeeNamed(scene: Scene, order: Exclude<TeamOrder, { kind: "list" }>): Promise<Person | undefined> {
  const staff = (await scene.tx.people.named(order.person)).filter((one) => mayAtAll(one, "desk.use"));
  const exact = staff.filter((one) => one.name === order.person || one.id === order.person);
  if (exact.length === 1 || staff.length === 1) return exact[0] ?? staff[0];
  const isKnownTeam = order.kind !== "leave" && (await scene.tx.teams.named(order.team)) !== undefined;
  const found = isKnownTeam ? await findPersonNamed(scene.tx, scene.person, order.person) : undefined;
  const byId = await scene.tx.people.find(order.person);
  if (byId && mayAtAll(byId, "desk.use")) return byId;
  return found?.ok ? found.value : undefined;
}

async function change(scene: Scene, order: Exclude<TeamOrder, { kind: "list" }>, who: Person): Promise<void> {
  const { tx, ctx, person } = scene;
  const at = ctx.now();
  const audit = (action: string, subject: string) =>
    tx.settings.audit({ at, actor: person.id, action, subject, detail: { person: who.id } });
  if (order.kind === "leave") {
    const was = await tx.teams.leave(who.id);
    if (was) await audit("team.left", who.id);
    return reply(scene, leftTeamText(who.name, was, person.lang));
  }
  const known = await tx.teams.named(order.team);
  const id = known?.id ?? ctx.newId();
  if (!known) await tx.teams.add({ id, name: order.team, at });
  if (order.kind === "join") await tx.teams.join(id, who.id);
  else await tx.teams.lead(id, who.id, at);
  await audit(order.kind === "join" ? "team.joined" : "team.led", id);
  const team = await tx.teams.named(order.team);
  if (team) await reply(scene, teamChangedText(await viewOf(scene, team), person.lang));
}

async function showTeams(scene: Scene): Promise<void> {
  const teams = [];
  for (const team of await scene.tx.teams.list()) teams.push(await viewOf(scene, team));
  await reply(scene, teamsText(teams, scene.person.lang));
}

async function viewOf({ tx }: Scene, { name, leadId, members }: Team) {
  const lead = leadId === null ? undefined : await tx.people.find(leadId);
  return { name, lead: lead?.name ?? null, members: (await tx.people.list(members)).map((one) => one.name) };
}
