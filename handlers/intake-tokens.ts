import { clockText, say } from "#cards/names.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply } from "./say.ts";

/** `数据令牌`, `新建数据令牌 抖音导出`, `撤销数据令牌 编号`; `tokens`, `new token NAME`, `revoke token ID`: managers only, alone with koloop. */
export async function intakeTokens(scene: Scene<MessageEvent>): Promise<boolean> {
  const { event, person } = scene;
  const asked = /^(新建|新增|撤销|作废|new|revoke)?\s*(?:数据|接口)?(?:令牌|tokens?)(?:[\s::]+(.+))?$/i.exec(
    event.text.trim(),
  );
  if (!asked || !mayAtAll(person, "intake.tokens")) return false;
  const word = asked[2]?.trim() ?? "";
  if (event.roomKind !== "bot") {
    await reply(scene, say(person.lang, "请在和我的单聊里说。", "Please say this in our chat alone."));
    return true;
  }
  if (asked[1] === undefined) await listTokens(scene);
  else if (word === "") await reply(scene, say(person.lang, "后面请加上名字或编号。", "Please add a name, or an id."));
  else if (/新|new/i.test(asked[1])) await addToken(scene, word.slice(0, 60));
  else await revokeToken(scene, word);
  return true;
}

async function addToken(scene: Scene<MessageEvent>, name: string): Promise<void> {
  const { tx, ctx, person } = scene;
  const now = ctx.now();
  const id = ctx.newId();
  const secret = await tx.intake.addToken({ id, name, createdBy: person.id, createdAt: now });
  await tx.settings.audit({ at: now, actor: person.id, action: "token.add", subject: id, detail: { name } });
  const how = `curl -X POST ${ctx.publicUrl ?? "http://127.0.0.1:8787"}/api/metrics -H "authorization: Bearer ${secret}" -H "content-type: application/x-ndjson" --data-binary @figures.ndjson`;
  await reply(
    scene,
    say(
      person.lang,
      `「${name}」的令牌(只显示这一次,编号 ${id}):\n${secret}\n用法:${how}\n每行一个 JSON:{"post":"作品编号或链接","at":"2026-11-20T18:00:00+08:00","reads":12000,"likes":356}`,
      `The token "${name}" (shown this once, id ${id}):\n${secret}\nUse: ${how}\nA JSON object a line: {"post":"id or link","at":"2026-11-20T18:00:00+08:00","reads":12000,"likes":356}`,
    ),
  );
}

async function revokeToken(scene: Scene<MessageEvent>, word: string): Promise<void> {
  const { tx, ctx, person } = scene;
  const live = (await tx.intake.tokens()).filter((token) => token.revokedAt === null);
  const meant = live.filter((token) => token.id === word || token.name === word);
  const [only, another] = meant;
  if (!only || another) {
    await reply(
      scene,
      say(person.lang, "没有这个令牌,或有重名,请用编号。", "There is no such token, or several; use the id."),
    );
    return;
  }
  await tx.intake.revokeToken(only.id, ctx.now());
  await tx.settings.audit({ at: ctx.now(), actor: person.id, action: "token.revoke", subject: only.id, detail: {} });
  await reply(scene, say(person.lang, `「${only.name}」已撤销,马上失效。`, `"${only.name}" is revoked at once.`));
}

async function listTokens(scene: Scene<MessageEvent>): Promise<void> {
  const { tx, ctx, person } = scene;
  const { lang } = person;
  const zone = person.timeZone ?? ctx.timeZone;
  const lines = (await tx.intake.tokens()).map(({ id, name, revokedAt, lastUsedAt }) => {
    const used =
      lastUsedAt === null
        ? say(lang, "没用过", "never used")
        : say(
            lang,
            `最近 ${clockText(lastUsedAt, ctx.now(), zone, lang)}`,
            `last ${clockText(lastUsedAt, ctx.now(), zone, lang)}`,
          );
    return `${id} ${name} · ${revokedAt === null ? used : say(lang, "已撤销", "revoked")}`;
  });
  const how = say(
    lang,
    "新建:新建数据令牌 名字;撤销:撤销数据令牌 编号",
    "New: new token NAME; revoke: revoke token ID",
  );
  await reply(
    scene,
    [...(lines.length > 0 ? lines : [say(lang, "还没有令牌。", "There are no tokens yet.")]), how].join("\n"),
  );
}
