import { type ApprovalView, approvalCard } from "#cards/approval.ts";
import { clockText } from "#cards/names.ts";
import type { Tx } from "#db/store.ts";
import { type Approval, approvalLastsMs, needsSecond } from "#domain/approval.ts";
import type { Person } from "#domain/person.ts";
import type { Context, Scene } from "./context.ts";
import { reply, showStaff } from "./say.ts";

/**
 * What somebody wants to do. `by` undefined: koloop itself, whose wish any one manager may grant. `changedAt`: when what it is about was
 * changed last; a yes from before that was given to something else.
 */
type Wish = Pick<Approval, "kind" | "subject"> & Approval["detail"] & { by: Person | undefined; changedAt?: number };

/** Who asks where koloop acts by itself. */
const itself = "koloop";

/**
 * Whether a large step may be done now: undefined where it may, or what to show whoever asked while a second person's yes is missing. A
 * yes is used up by the step that it was given for, and covers no more people than were asked for.
 */
export async function secondYes(tx: Tx, ctx: Context, wish: Wish): Promise<Approval | undefined> {
  const { kind, subject, by, changedAt = 0, ...detail } = wish;
  if (!needsSecond(ctx.approval, kind, detail.people)) return undefined;
  const now = ctx.now();
  const known = await tx.approvals.current(kind, subject, now);
  const covers = known !== undefined && known.askedAt >= changedAt && known.detail.people >= detail.people;
  if (covers && known.status === "waiting") return known;
  if (covers && known.status === "given") {
    const used: Approval = { ...known, status: "used" };
    if (await tx.approvals.settle(used, "given")) {
      await audit(tx, ctx, used, "used", by?.id ?? itself);
      return undefined;
    }
  }
  if (known) await tx.approvals.settle({ ...known, status: "expired" }, known.status);
  const approval: Approval = {
    id: ctx.newId(),
    kind,
    subject,
    detail,
    askedBy: by?.id ?? itself,
    askedAt: now,
    expiresAt: now + approvalLastsMs,
    status: "waiting",
    answeredBy: null,
    answeredAt: null,
  };
  // Somebody else may be asking for it too: one waits for each.
  await tx.locks.hold(`approval ${kind} ${subject}`);
  await tx.approvals.add(approval);
  await audit(tx, ctx, approval, "asked", approval.askedBy);
  // Where nobody else could answer, the one manager needs the card themselves.
  const alone = !(await othersCould(tx, approval));
  for (const manager of await tx.people.listByRole("manager"))
    if (alone || manager.id !== approval.askedBy)
      await showStaff(tx, ctx, manager, await cardFor(tx, ctx, approval, manager));
  return approval;
}

export async function audit(tx: Tx, ctx: Context, approval: Approval, what: string, actor: string): Promise<void> {
  const { id, kind, subject, detail, askedBy } = approval;
  await tx.settings.audit({
    at: ctx.now(),
    actor,
    action: `approval.${what}`,
    subject,
    detail: { id, kind, people: detail.people, askedBy },
  });
}

/** Whether this was asked for and nobody has answered yet. */
export const isAwaited = async (tx: Tx, ctx: Context, kind: Approval["kind"], subject: string): Promise<boolean> =>
  (await tx.approvals.current(kind, subject, ctx.now()))?.status === "waiting";

/** Shows whoever asked what waits for a second yes. */
export async function showAwaited(scene: Scene, kind: Approval["kind"], subject: string): Promise<void> {
  const { tx, ctx, person } = scene;
  const awaits = await tx.approvals.current(kind, subject, ctx.now());
  if (awaits) await reply(scene, await cardFor(tx, ctx, awaits, person));
}

/** Whether somebody else than the asker could agree. */
export async function othersCould(tx: Tx, approval: Approval): Promise<boolean> {
  return (await tx.people.listByRole("manager")).some((manager) => manager.id !== approval.askedBy);
}

export async function viewFor(tx: Tx, ctx: Context, approval: Approval, reader: Person): Promise<ApprovalView> {
  const [asker] = await tx.people.list([approval.askedBy]);
  const answerer = approval.answeredBy === null ? undefined : await tx.people.find(approval.answeredBy);
  const minutes = Math.max(1, Math.ceil((approval.askedAt + ctx.approval.aloneMs - ctx.now()) / 60_000));
  return {
    approval,
    asker: asker?.name ?? itself,
    ...(answerer && { answerer: answerer.name }),
    ...(!(await othersCould(tx, approval)) && { aloneMinutes: minutes }),
    until: clockText(approval.expiresAt, ctx.now(), reader.timeZone ?? ctx.timeZone, reader.lang),
    lang: reader.lang,
  };
}

export const cardFor = async (tx: Tx, ctx: Context, approval: Approval, reader: Person) =>
  approvalCard(await viewFor(tx, ctx, approval, reader));
