import { TelegramServer } from "telegram-test-api/lib/telegramServer.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { telegramToken } from "../fakes/telegram.ts";
import { freshDatabase } from "../setup/database.ts";
import { freePort } from "../setup/free-port.ts";
import { ids, startTelegram, until } from "./telegram-house.ts";

type BotMessage = { message: { chat_id: number; text: string; reply_markup?: { inline_keyboard: Button[][] } } };
type Button = { text: string; callback_data: string };

describe("a Bot API server of somebody else's making", () => {
  it("brings words in, shows the question with its buttons, and sees the card change when one is pressed", async () => {
    const port = await freePort();
    const server = new TelegramServer({ host: "127.0.0.1", port });
    await server.start();
    onTestFinished(async () => void (await server.stop()));
    const environment = {
      DATABASE_URL: `file:${freshDatabase()}`,
      KOLOOP_LOG_LEVEL: "silent",
      TELEGRAM_BOT_TOKEN: telegramToken,
      TELEGRAM_API_ROOT: server.config.apiURL,
    };
    const koloop = await startTelegram(environment, { pace: { restMs: 50 } }, true);
    onTestFinished(() => koloop.stop());
    const shownTo = (chat: number) =>
      server.storage.botMessages.filter((one) => Number((one as BotMessage).message.chat_id) === chat) as BotMessage[];
    const group = { chat: { id: -100900, type: "supergroup" as const, title: "车友会" } };
    const customer = server.getClient(telegramToken, { userId: ids.C1, firstName: "王女士" });

    await customer.sendMessage(customer.makeMessage("我家养了两只猫呢", group as never));
    const card = await until("a card", () => shownTo(ids.E1)[0]);
    const yes = card.message.reply_markup!.inline_keyboard.flat().find(({ text }) => text.includes("确认"))!;
    const employee = server.getClient(telegramToken, { userId: ids.E1, chatId: ids.E1, firstName: "安娜" });
    await koloop.settle();
    await employee.sendCallback(employee.makeCallbackQuery(yes.callback_data));
    await until("the tag", () =>
      koloop.store.read(async (tx) => (await tx.ledger.openHolds("C1")).some(({ tag }) => tag === "pet_family")),
    );
    await until("the change", () => shownTo(ids.E1)[0]?.message.reply_markup?.inline_keyboard.length === 0);

    expect(shownTo(ids.E1)).toHaveLength(1);
  });
});
