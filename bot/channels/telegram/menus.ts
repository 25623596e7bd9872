import type { Api } from "grammy";
import { commandMenu } from "#cards/command-menu.ts";
import type { Store } from "#db/store.ts";
import { isStaff } from "#domain/person.ts";
import type { Context } from "#handlers/context.ts";
import { chatOf, telegramChannel } from "./rooms.ts";

type Menus = {
  /** The menu for everybody, in both languages. */
  setForAll(): Promise<void>;
  /** Staff, and who reads another language than the brand's, have a menu of their own in their chat. Never throws. */
  showTo(from: string, room: string): Promise<void>;
};

/** The menus of commands, by role and language. */
export function createMenus({ api, store, ctx }: { api: Api; store: Store; ctx: Context }): Menus {
  const shown = new Map<string, string>();

  return {
    async setForAll() {
      try {
        await api.setMyCommands(commandMenu(["koc"], ctx.lang));
        for (const lang of ["zh", "en"] as const)
          await api.setMyCommands(commandMenu(["koc"], lang), { language_code: lang });
      } catch (err) {
        ctx.log.warn({ err }, "the menu of commands could not be set");
      }
    },
    async showTo(from, room) {
      try {
        const person = await store.read(async (tx) => {
          const identity = await tx.people.identity(telegramChannel, from);
          return identity && tx.people.find(identity.personId);
        });
        if (!person) return;
        const menu = `${isStaff(person) ? "staff" : "member"} ${person.lang}`;
        const before = shown.get(from) ?? `member ${ctx.lang}`;
        if (menu === before) return;
        shown.set(from, menu);
        const scope = { type: "chat" as const, chat_id: chatOf(room).chat_id };
        await api.setMyCommands(commandMenu(person.roles, person.lang), { scope });
      } catch (err) {
        shown.delete(from);
        ctx.log.warn({ err }, "the menu of commands could not be set for one person");
      }
    },
  };
}
