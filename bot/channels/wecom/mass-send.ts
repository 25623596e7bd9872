import { z } from "zod";
import { massSendWords } from "#cards/mass-send.ts";
import { sidebarWords } from "#cards/sidebar.ts";
import type { Store } from "#db/store.ts";
import { type WecomDraft, wecomDrafts } from "#db/wecom-drafts.ts";
import type { Context } from "#handlers/context.ts";
import { markPushed } from "#handlers/mark-pushed.ts";
import { offerable } from "#handlers/read-sidebar.ts";
import { type WecomApi, WecomError } from "./api.ts";
import { cutBytes } from "./card-limits.ts";
import type { Contacts } from "./contacts.ts";

const lookMs = 15_000;
/** Employees send by hand, when they get round to it. */
const askAgainMs = 5 * 60_000;
const retryMs = 60_000;
const [textBytes, titleBytes, descBytes] = [4000, 128, 512];
const stillDispatching = 41063;

const resultSchema = z.looseObject({
  send_list: z.array(z.looseObject({ external_userid: z.string(), status: z.number() })).nullish(),
});
/** get_groupmsg_send_result: 0 not sent yet, 1 sent; 2 no friend any more, 3 has had other mass messages. */
const sentStatus = 1;

export type MassSend = {
  /** Notes an offer that kf may not make now, where an employee follows the customer: they are given it to send themselves. */
  note(assignmentId: string, externalUserid: string): Promise<void>;
  start(): void;
  stop(): Promise<void>;
};

/**
 * Mass-send drafts (企业群发): WeCom puts a task's link before the employee, who presses send, or not. It counts as pushed when WeCom
 * says that it was sent. An offer that was made in another way meanwhile, or has ended, takes its draft back.
 */
export function createMassSend(options: {
  store: Store;
  ctx: Context;
  api: WecomApi;
  secret: string;
  contacts: Contacts;
  isEmployee: (userid: string) => Promise<boolean>;
}): MassSend {
  const { store, ctx, api, secret, contacts, isEmployee } = options;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const settle = (
    draft: WecomDraft,
    ...rest: [WecomDraft["status"], { msgid?: string; runAt?: number; error?: string }?]
  ) => store.transaction((tx) => wecomDrafts(tx.connection).settle(draft.assignmentId, ...rest));

  /** The offer as it stands; undefined where it was made, answered or ended meanwhile. */
  async function standing({ assignmentId }: WecomDraft) {
    return store.read(async (tx) => {
      const assignment = await tx.tasks.findAssignment(assignmentId);
      const person = assignment && (await tx.people.find(assignment.personId));
      if (!person || assignment.pushedAt !== null) return undefined;
      const offer = (await offerable(tx, ctx, person)).find((one) => one.assignment.id === assignmentId);
      return offer && { person, ...offer };
    });
  }

  async function draw(draft: WecomDraft): Promise<void> {
    const offer = await standing(draft);
    if (!offer) return settle(draft, "dead", { error: "not needed any more" });
    const { person, task, because } = offer;
    const url = await store.transaction(async (tx) => {
      await wecomDrafts(tx.connection).settle(draft.assignmentId, "drafting");
      return ctx.taskLink(tx, draft.assignmentId, person.id);
    });
    const link = {
      title: cutBytes(task.title, titleBytes),
      desc: cutBytes(sidebarWords(person.lang).linkHint, descBytes),
      url,
    };
    const body = {
      chat_type: "single",
      external_userid: [draft.externalUserid],
      sender: draft.userid,
      allow_select: false,
      text: { content: cutBytes(massSendWords(task, because, person.lang), textBytes) },
      attachments: [{ msgtype: "link", link }],
    };
    const { msgid, fail_list: failed } = await api.call(secret, "externalcontact/add_msg_template", {
      body,
      once: true,
    });
    const isRefused = Array.isArray(failed) && failed.includes(draft.externalUserid);
    if (isRefused || typeof msgid !== "string") return settle(draft, "dead", { error: "WeCom does not send to them" });
    await settle(draft, "drafted", { msgid, runAt: ctx.now() + askAgainMs });
  }

  async function ask(draft: WecomDraft): Promise<void> {
    if (!(await standing(draft))) {
      await api.call(secret, "externalcontact/cancel_groupmsg_send", { body: { msgid: draft.msgid } });
      return settle(draft, "dead", { error: "not needed any more" });
    }
    const body = { msgid: draft.msgid, userid: draft.userid, limit: 500, cursor: "" };
    const read = resultSchema.safeParse(await api.call(secret, "externalcontact/get_groupmsg_send_result", { body }));
    const status = read.data?.send_list?.find((one) => one.external_userid === draft.externalUserid)?.status ?? 0;
    if (status === 0) return settle(draft, "drafted", { runAt: ctx.now() + askAgainMs });
    if (status !== sentStatus) return settle(draft, "dead", { error: `not sent: ${status}` });
    await store.transaction(async (tx) => {
      await wecomDrafts(tx.connection).settle(draft.assignmentId, "sent");
      await tx.outbox.dropForAssignment(draft.assignmentId);
      await markPushed(tx, ctx, draft.assignmentId, ctx.now());
    });
  }

  /** Where it is not known whether WeCom took a draft it is given up: the offer still waits for the customer's next word. */
  async function failed(draft: WecomDraft, fault: unknown): Promise<void> {
    if (!(fault instanceof WecomError)) throw fault;
    const passes = fault.kind === "rests" || fault.code === -1 || fault.code === stillDispatching;
    const isLost = draft.status === "waiting" && !passes;
    const isRefused = fault.kind === "refused" && !passes;
    ctx.log.warn({ code: fault.code }, "a task could not be put before an employee to be sent");
    if (isLost || isRefused) return settle(draft, "dead", { error: fault.message });
    await settle(draft, draft.status, { runAt: ctx.now() + (fault.retryAfterMs ?? retryMs), error: fault.message });
  }

  async function work(): Promise<void> {
    const due = await store.read((tx) => wecomDrafts(tx.connection).due(ctx.now()));
    for (const draft of due) {
      const step = draft.status === "waiting" ? draw(draft) : ask(draft);
      await step.catch((fault) => failed(draft, fault));
    }
  }

  const look = (): void => {
    looking ??= work()
      .catch((err) => ctx.log.error({ err }, "mass-send drafts could not be looked at; it is tried again"))
      .finally(() => {
        looking = undefined;
      });
  };

  return {
    async note(assignmentId, externalUserid) {
      if (await store.read((tx) => wecomDrafts(tx.connection).has(assignmentId))) return;
      const { followers } = await contacts.find(externalUserid);
      for (const userid of followers) {
        if (!(await isEmployee(userid))) continue;
        const draft = { assignmentId, userid, externalUserid };
        await store.transaction((tx) => wecomDrafts(tx.connection).add(draft, ctx.now()));
        return look();
      }
    },
    start() {
      timer = setInterval(look, lookMs);
      store
        .transaction((tx) => wecomDrafts(tx.connection).giveUpUnsure())
        .then(look)
        .catch((err) => ctx.log.error({ err }, "mass-send drafts could not be looked at; it is tried again"));
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
