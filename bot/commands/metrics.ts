import type { Lang } from "#cards/card.ts";
import { columnsText, refusedTableText, takenText } from "#cards/intake-words.ts";
import type { Store } from "#db/store.ts";
import { readColumns } from "#domain/table-columns.ts";
import { type CommentReader, createCommentReader, loadCommentModel } from "#nlp/comments.ts";
import { type Config, environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { newId } from "../ids.ts";
import { readTableFile, TableError } from "../intake/table-file.ts";
import { takeFile } from "../intake/take-file.ts";
import { mustBeFile } from "./input.ts";

export type ImportOptions = { map?: string; at?: string };

/** `koloop metrics import FILE [--map …]`: 1 where the file was refused whole, or some of its lines; what was good is taken. */
export async function runMetricsImport(path: string, options: ImportOptions): Promise<0 | 1 | 2> {
  const mapped = options.map === undefined ? undefined : readColumns(options.map);
  const at = options.at === undefined ? Date.now() : Date.parse(options.at);
  if ((mapped && "refused" in mapped) || Number.isNaN(at)) {
    const word = mapped && "refused" in mapped ? mapped.refused : options.at;
    process.stderr.write(
      `没看懂 / not understood: ${word}\n--map post=链接,reads=观看人数,likes=点赞,at=日期  --at 2026-11-20T18:00:00+08:00\n`,
    );
    return 2;
  }
  mustBeFile(path);
  return withStore(async (store, { lang, timeZone }) => {
    const deps = { store, now: Date.now, newId, timeZone, readComment: lazyReader() };
    const columns = mapped?.columns;
    // A mapping that was given by hand has been confirmed by that: it is remembered.
    const take = {
      source: "import" as const,
      byId: null,
      at,
      remember: columns !== undefined,
      ...(columns && { columns }),
    };
    const taken = await takeFile(deps, readTableFile(path), take).catch((fault: unknown) => {
      if (fault instanceof TableError) return { refused: fault.why, about: fault.message };
      throw fault;
    });
    if ("refused" in taken) {
      process.stderr.write(`${refusedTableText(taken.refused, taken.about, lang)}\n`);
      return 1;
    }
    process.stdout.write(`${columnsText(taken.columns, lang)}\n${takenText(taken, lang)}\n`);
    return taken.faultCount > 0 ? 1 : 0;
  });
}

/** `koloop metrics token add NAME | list | revoke ID`. */
export async function runMetricsToken(action: string, word: string | undefined): Promise<0 | 1 | 2> {
  return withStore(async (store, { lang }) => {
    if (action === "list") {
      for (const token of await store.read((tx) => tx.intake.tokens()))
        process.stdout.write(`${tokenLine(token, lang)}\n`);
      return 0;
    }
    if (action === "add" && word) {
      const token = { id: newId(), name: word, createdBy: "cli", createdAt: Date.now() };
      const secret = await store.transaction((tx) => tx.intake.addToken(token));
      process.stdout.write(`${secret}\n`);
      process.stderr.write(`编号 / id ${token.id};令牌只显示这一次 / the token is shown this once\n`);
      return 0;
    }
    if (action === "revoke" && word) {
      const done = await store.transaction((tx) => tx.intake.revokeToken(word, Date.now()));
      process.stderr.write(
        done ? `已撤销 / revoked: ${word}\n` : `没有这个令牌,或已撤销 / no such token, or revoked already: ${word}\n`,
      );
      return done ? 0 : 1;
    }
    process.stderr.write("koloop metrics token add NAME | list | revoke ID\n");
    return 2;
  });
}

type TokenLine = { id: string; name: string; revokedAt: number | null; lastUsedAt: number | null };
function tokenLine({ id, name, revokedAt, lastUsedAt }: TokenLine, lang: Lang): string {
  const used = lastUsedAt === null ? "–" : new Date(lastUsedAt).toISOString();
  const state = revokedAt === null ? (lang === "zh" ? "可用" : "in force") : lang === "zh" ? "已撤销" : "revoked";
  return `${id}\t${name}\t${state}\t${used}`;
}

/** The packs are compiled for tables of comments only. */
function lazyReader(): CommentReader {
  let read: CommentReader | undefined;
  return (text) => {
    read ??= createCommentReader(loadCommentModel());
    return read(text);
  };
}

async function withStore<T>(work: (store: Store, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig(environmentWithFile());
  const { store } = await openDatabase(config.databaseUrl);
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}
