import { readFileSync } from "node:fs";
import { z } from "zod";
import { answerText, queryText } from "#cards/answer.ts";
import type { Store } from "#db/store.ts";
import { type Asker, hidesSmallGroups, smallestShown } from "#domain/answer-rights.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import { type Asked, ask, askerOf, nameIn } from "#handlers/ask.ts";
import { managedTaxonomy } from "#handlers/care-for-vocabulary.ts";
import { createQuestionReader, type ReadQuestion } from "#nlp/question/reader.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { mustBeFile } from "./input.ts";

export type AskOptions = { as?: string; now?: string; db?: string; file?: string };

const lineSchema = z.object({
  id: z.string(),
  question: z.string(),
  asker: z.string().optional(),
  role: z.enum(["manager", "koe", "koc", "customer"]).optional(),
  context: z.array(z.string()).optional(),
  lang: z.enum(["zh", "en"]).optional(),
});

type Desk = { store: Store; taxonomy: Taxonomy; now: number; zone: string; readQuestion: ReadQuestion };

/** `koloop ask`: one question, or a file of them, each answered in a line of JSON. 1: nobody is known by that id, or nobody at all. 2: no question. */
export async function runAsk(question: string | undefined, options: AskOptions): Promise<0 | 1 | 2> {
  const config = readConfig({ ...environmentWithFile(), ...(options.db && { DATABASE_URL: options.db }) });
  const now = options.now ? Date.parse(options.now) : Date.now();
  if (Number.isNaN(now) || (!question && !options.file)) {
    process.stderr.write(
      "用法 / usage: koloop ask --as PERSON [--now 2026-11-20T18:00:00+08:00] [--db URL] QUESTION | --file FILE\n",
    );
    return 2;
  }
  const { store } = await openDatabase(config.databaseUrl);
  try {
    if (await isEmpty(store)) {
      process.stderr.write(
        `${config.databaseUrl} 里还没有人:先运行 koloop import 文件夹 / nobody is in it yet: run koloop import FOLDER first\n`,
      );
      return 1;
    }
    const taxonomy = await store.read((tx) => managedTaxonomy(tx, packTaxonomy));
    const desk: Desk = { store, taxonomy, now, zone: config.timeZone, readQuestion: createQuestionReader() };
    return options.file ? await answerFile(desk, options.file) : await answerOne(desk, question!, options.as);
  } finally {
    await store.close();
  }
}

const isEmpty = (store: Store): Promise<boolean> =>
  store.read(async (tx) => (await tx.answers.catalog(packTaxonomy)).owners.size === 0);

async function answerOne(desk: Desk, question: string, as: string | undefined): Promise<0 | 1> {
  const person = await desk.store.read(async (tx) =>
    as ? tx.people.find(as) : (await tx.people.listByRole("manager"))[0],
  );
  if (!person) {
    process.stderr.write(`没有这个人 / nobody is known as ${as ?? "a manager"}\n`);
    return 1;
  }
  const asker = await desk.store.read((tx) => askerOf(tx, person));
  const asked = await asking(desk, { question, context: [], asker });
  process.stdout.write(
    `${answerText(asked, { lang: person.lang, now: desk.now, zone: desk.zone, nameOf: nameIn(asked.catalog), ...hiding(asked, asker) })}\n`,
  );
  return 0;
}

/** A line that is no question is named on stderr; one that fails is told there and answered as not understood; those after it are answered all the same. */
async function answerFile(desk: Desk, file: string): Promise<0 | 1> {
  mustBeFile(file);
  let failed = 0;
  for (const [at, text] of readFileSync(file, "utf8").split("\n").entries()) {
    if (text.trim() === "") continue;
    const line = readLine(text);
    if ("fault" in line) {
      failed++;
      process.stderr.write(`line ${at + 1}: ${line.fault}\n`);
      continue;
    }
    try {
      process.stdout.write(`${JSON.stringify(await answerLine(desk, line))}\n`);
    } catch (fault) {
      failed++;
      process.stderr.write(`${line.id}: ${fault instanceof Error ? fault.message : String(fault)}\n`);
      process.stdout.write(
        `${JSON.stringify({ id: line.id, type: "clarify", value: null, unit: null, query: "", text: "" })}\n`,
      );
    }
  }
  return failed === 0 ? 0 : 1;
}

function readLine(text: string): z.infer<typeof lineSchema> | { fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { fault: `不是 JSON / not JSON: ${(error as Error).message.replace(/\s+/g, " ").slice(0, 200)}` };
  }
  const read = lineSchema.safeParse(json);
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  return { fault: `${issue.path.join(".") || "question"}: ${issue.message}` };
}

async function answerLine(desk: Desk, line: z.infer<typeof lineSchema>): Promise<object> {
  const person = line.asker ? await desk.store.read((tx) => tx.people.find(line.asker!)) : undefined;
  const known = person && (await desk.store.read((tx) => askerOf(tx, person)));
  const role = line.role === "customer" ? "koc" : (line.role ?? known?.role ?? "manager");
  const asker: Asker = { id: line.asker ?? "", role, ...(known?.role === role && known.led && { led: known.led }) };
  const said = { question: line.question, context: line.context ?? [], asker };
  const asked = await asking(desk, said);
  const { answer } = asked;
  const found = "value" in answer ? answer.value : null;
  const value = Array.isArray(found) ? found.map((row) => ({ label: row.label, value: row.value })) : found;
  const view = { lang: line.lang ?? "zh", now: desk.now, zone: desk.zone, nameOf: nameIn(asked.catalog) } as const;
  const unit = "unit" in answer ? answer.unit : null;
  return {
    id: line.id,
    type: answer.type,
    value,
    unit,
    query: queryText(asked, view),
    text: answerText(asked, { ...view, ...hiding(asked, said.asker) }),
  };
}

/** The words keep small groups back from those without the right; `value` is what was counted. */
const hiding = ({ query }: Asked, asker: Asker) =>
  hidesSmallGroups(asker, query) ? { hiddenBelow: smallestShown } : {};

const packTaxonomy = loadTaxonomy();

function asking(desk: Desk, said: { question: string; context: readonly string[]; asker: Asker }): Promise<Asked> {
  const { store, ...rest } = desk;
  return store.read((tx) => ask(tx, { ...rest, ...said }));
}
