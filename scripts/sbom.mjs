// What koloop is made of when it runs, from package-lock.json: `node scripts/sbom.mjs` prints a CycloneDX 1.6 document,
// `node scripts/sbom.mjs --licences` writes docs/licences.md. Offline; nothing is asked of a registry.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const readJson = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));

/** Every package that `npm ci --omit=dev` may install (optional peers of others among them, such as Prisma's command line), by its place, with what the lock file (or else its own package.json) says of it. */
export function productionPackages() {
  return Object.entries(readJson("package-lock.json").packages)
    .filter(([path, entry]) => path !== "" && !entry.dev && !entry.link)
    .map(([path, entry]) => ({
      path,
      name: entry.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version: entry.version,
      licence: entry.license ?? licenceInstalled(path) ?? "unknown",
      integrity: entry.integrity,
      optional: entry.optional === true || entry.devOptional === true,
      peer: entry.peer === true,
      hasInstallScript: entry.hasInstallScript === true,
    }));
}

/** Platform binaries that scripts/fill-lock.mjs noted carry no licence there: that of the package they belong to is theirs. */
function licenceInstalled(path) {
  const family = path.replace(/-(darwin|win32|linux|freebsd|android|openharmony|wasm32)[a-z0-9-]*$/, "");
  for (const place of [path, family]) {
    const file = join(place, "package.json");
    if (existsSync(join(root, file))) return readJson(file).license ?? licenceText(place);
  }
  return undefined;
}

/** Some old packages name their licence only in its text. */
function licenceText(place) {
  const file = join(root, place, "LICENSE");
  return existsSync(file) && /Permission is hereby granted, free of charge/.test(readFileSync(file, "utf8"))
    ? "MIT"
    : undefined;
}

/** The CycloneDX document: components with address, licence and the checksum that npm compares at each install. */
export function sbom(packages = productionPackages()) {
  const { name, version, license } = readJson("package.json");
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "application", "bom-ref": `${name}@${version}`, name, version, licenses: licensesOf(license) },
    },
    components: packages.map((part) => ({
      type: "library",
      "bom-ref": part.path,
      ...groupAndName(part.name),
      version: part.version,
      purl: `pkg:npm/${part.name.replace("@", "%40")}@${part.version}`,
      scope: part.optional || part.peer ? "optional" : "required",
      licenses: licensesOf(part.licence),
      ...(part.integrity && { hashes: hashesOf(part.integrity) }),
    })),
  };
}

const groupAndName = (name) =>
  name.startsWith("@") ? { group: name.split("/")[0], name: name.split("/")[1] } : { name };

const licensesOf = (licence) =>
  licence === "unknown" ? [] : /[ (]/.test(licence) ? [{ expression: licence }] : [{ license: { id: licence } }];

const algorithms = { sha512: "SHA-512", sha256: "SHA-256", sha1: "SHA-1" };
const hashesOf = (integrity) =>
  integrity.split(" ").map((each) => {
    const dash = each.indexOf("-");
    return {
      alg: algorithms[each.slice(0, dash)],
      content: Buffer.from(each.slice(dash + 1), "base64").toString("hex"),
    };
  });

/** The page of licences, the rarest first: those are what a reader looks for. */
export function licencesPage(packages = productionPackages()) {
  const byLicence = new Map();
  for (const { name, licence } of packages) byLicence.set(licence, new Set([...(byLicence.get(licence) ?? []), name]));
  const rows = [...byLicence]
    .sort(([a, one], [b, other]) => one.size - other.size || (a < b ? -1 : 1))
    .map(
      ([licence, names]) =>
        `| ${licence} | ${names.size} | ${[...names]
          .sort()
          .map((name) => `\`${name}\``)
          .join(", ")} |`,
    );
  return `# Licences of what koloop runs on

Made from package-lock.json by \`node scripts/sbom.mjs --licences\`; \`test/supply-chain.test.ts\` holds it to the lock file. It names every package that a
production install may hold, also the binaries of other platforms and the optional peers of others. \`node scripts/sbom.mjs\` prints the same as
CycloneDX, with checksums. Advisories: docs/advisories.md.

| licence | packages | names |
| ------- | -------- | ----- |
${rows.join("\n")}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--licences")) writeFileSync(join(root, "docs", "licences.md"), licencesPage());
  else process.stdout.write(`${JSON.stringify(sbom(), null, 2)}\n`);
}
