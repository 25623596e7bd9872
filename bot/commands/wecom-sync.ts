import type { ContactDifference } from "#cards/contact-differences.ts";
import { createWecomApi, WecomError } from "../channels/wecom/api.ts";
import { wordsOfCode } from "../channels/wecom/error-words.ts";
import { differencesOf, knownBefore, readAll, writeAll } from "../channels/wecom/sync.ts";
import { ConfigError, environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { newId } from "../ids.ts";

/** `koloop wecom sync`: customers, who follows them, and customer groups, as WeCom has them now. Says what differs before it writes. */
export async function runWecomSync(options: { dryRun?: boolean }): Promise<0 | 1> {
  const { databaseUrl, wecom } = readConfig(environmentWithFile());
  const { corpId, contactSecret, apiBase } = wecom;
  if (!corpId || !contactSecret)
    throw new ConfigError(
      "还缺 WECOM_CORP_ID 和 WECOM_CONTACT_SECRET / WECOM_CORP_ID and WECOM_CONTACT_SECRET are missing",
    );
  const quiet = { warn: () => {}, error: () => {} };
  const api = createWecomApi({ base: apiBase, corpId, now: Date.now, log: quiet });
  const { store } = await openDatabase(databaseUrl);
  try {
    const now = await readAll(api, contactSecret);
    const differences = differencesOf(now, await knownBefore(store));
    for (const difference of differences) process.stdout.write(`${lineOf(difference)}\n`);
    const gone = differences.flatMap((one) => (one.kind === "gone-contact" ? [one.id] : []));
    if (!options.dryRun) await writeAll(store, now, gone, { at: Date.now(), newId });
    const { contacts, groups } = now;
    const done = options.dryRun ? "没有写入 / nothing was written" : "已写入 / written";
    process.stderr.write(
      `客户 ${contacts.length},客户群 ${groups.length},差异 ${differences.length};${done} / ${contacts.length} customers, ${groups.length} groups, ${differences.length} differences\n`,
    );
    return 0;
  } catch (fault) {
    if (!(fault instanceof WecomError)) throw fault;
    const { zh, en } = wordsOfCode(fault.code);
    process.stderr.write(`企业微信:${zh}(${fault.code}) / WeCom: ${en} (${fault.code})\n`);
    return 1;
  } finally {
    await store.close();
  }
}

function lineOf(one: ContactDifference): string {
  switch (one.kind) {
    case "new-contact":
      return `+ 客户 / customer ${one.name} ${one.id}`;
    case "gone-contact":
      return `- 客户 / customer ${one.name} ${one.id}`;
    case "renamed":
      return `~ 客户改名 / renamed ${one.before} → ${one.name} ${one.id}`;
    case "followers":
      return `~ 跟进人 / followers ${one.name} ${[...one.added.map((id) => `+${id}`), ...one.left.map((id) => `-${id}`)].join(" ")}`;
    case "new-group":
      return `+ 客户群 / group ${one.name} ${one.id}`;
    case "renamed-group":
      return `~ 客户群改名 / renamed group ${one.before} → ${one.name} ${one.id}`;
  }
}
