// Writes the SQL of a new migration for both databases, offline, from the difference between the schema at the last migration
// (prisma/migrations/<provider>/schema.prisma) and prisma/models as they are now.
//   node scripts/migration.mjs NAME     writes prisma/migrations/<provider>/<number>_NAME/migration.sql
//   node scripts/migration.mjs --check  exits 1 where the models have changed without a migration
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import * as engineJs from "@prisma/schema-engine-wasm/schema_engine_bg";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const argument = process.argv[2];
if (!argument || !/^(--check|[a-z0-9_]+)$/.test(argument)) {
  console.error("usage: node scripts/migration.mjs NAME | --check   (NAME: lower case letters, digits, _)");
  process.exit(2);
}

const wasm = createRequire(import.meta.url)
  .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
  .replace(/\.js$/, ".wasm");
const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(wasm)), {
  "./schema_engine_bg.js": engineJs,
});
engineJs.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (m) => console.error(m) };

let drifted = false;
for (const provider of ["sqlite", "postgresql"]) {
  const folder = join("prisma", "migrations", provider);
  mkdirSync(folder, { recursive: true });
  const snapshot = join(folder, "schema.prisma");
  const now = schema(provider);
  const sql = await difference(provider, existsSync(snapshot) ? readFileSync(snapshot, "utf8") : header(provider), now);
  if (/^(-- This is an empty migration\.)?\s*$/.test(sql)) continue;
  if (argument === "--check") {
    console.error(`${provider}: prisma/models changed without a migration; run: node scripts/migration.mjs NAME`);
    drifted = true;
    continue;
  }
  const number = String(readdirSync(folder).filter((n) => /^\d/.test(n)).length + 1).padStart(4, "0");
  const target = join(folder, `${number}_${argument}`);
  mkdirSync(target);
  writeFileSync(join(target, "migration.sql"), sql);
  writeFileSync(snapshot, now);
  console.error(`wrote ${target}`);
}
process.exit(drifted ? 1 : 0);

function header(provider) {
  return `datasource db {\n  provider = "${provider}"\n}\n`;
}

function schema(provider) {
  const models = readdirSync("prisma/models").sort();
  return [header(provider), ...models.map((name) => readFileSync(join("prisma/models", name), "utf8"))].join("\n");
}

/** A connection to nothing: the engine wants one, and PostgreSQL's version, even where both sides of a difference are files. */
function nowhere(provider) {
  const refuse = () => Promise.reject(new Error("authoring needs no database"));
  const version = async (query) => {
    if (!query.sql.includes("server_version_num")) return refuse();
    const types = [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32];
    return {
      columnNames: ["exists", "version", "numeric_version"],
      columnTypes: types,
      rows: [[true, "PostgreSQL 15.0", 150000]],
    };
  };
  return {
    provider: provider === "sqlite" ? "sqlite" : "postgres",
    adapterName: "koloop-authoring",
    queryRaw: version,
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    getConnectionInfo: () => ({ schemaName: "public", supportsRelationJoins: false }),
    dispose: async () => {},
  };
}

async function difference(provider, before, after) {
  const factory = {
    provider: provider === "sqlite" ? "sqlite" : "postgres",
    adapterName: "koloop-authoring",
    connect: async () => nowhere(provider),
    connectToShadowDb: async () => nowhere(provider),
  };
  const files = (content) => [{ path: "schema.prisma", content }];
  const engine = await engineJs.SchemaEngine.new(
    { datamodels: [["schema.prisma", after]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  const answer = await engine.diff({
    from: { tag: "schemaDatamodel", files: files(before) },
    to: { tag: "schemaDatamodel", files: files(after) },
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return answer.stdout ?? "";
}
