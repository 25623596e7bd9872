import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

type Part = {
  path: string;
  name: string;
  version: string;
  licence: string;
  integrity?: string;
  optional: boolean;
  hasInstallScript: boolean;
};
type Component = { "bom-ref": string; purl: string; hashes?: { alg: string; content: string }[] };
const { productionPackages, licencesPage, sbom } = (await import("../scripts/sbom.mjs" as string)) as {
  productionPackages: () => Part[];
  licencesPage: () => string;
  sbom: () => { bomFormat: string; components: Component[] };
};
const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const { allowScripts, dependencies } = JSON.parse(read("package.json")) as {
  allowScripts: Record<string, boolean>;
  dependencies: Record<string, string>;
};
const parts = productionPackages();

describe("what koloop runs on", () => {
  it("is listed by licence as the lock file has it (node scripts/sbom.mjs --licences)", () => {
    expect(read("docs/licences.md")).toBe(licencesPage());
  });

  it("asks nobody who uses koloop to publish anything of theirs", () => {
    const allowed =
      /^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|Python-2\.0|Unlicense|MPL-2\.0|EPL-2\.0|MIT and ISC|\(.*\b(MIT|BSD-3-Clause)\b.*\))$/;

    expect(parts.filter(({ licence }) => !allowed.test(licence)).map(({ name, licence }) => [name, licence])).toEqual(
      [],
    );
  });

  it("runs no script at its install but those that package.json names", () => {
    const scripted = parts.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);

    expect(scripted.filter((name) => !(name in allowScripts))).toEqual([]);
    expect(scripted.filter((name) => allowScripts[name])).toEqual(["better-sqlite3"]);
  });

  it("has a checksum for everything that an install here could fetch", () => {
    const bare = parts.filter(({ integrity }) => !integrity);

    // Binaries of platforms that were never fetched here: scripts/fill-lock.mjs names them so that npm ci takes the lock file.
    expect(
      bare.filter(({ name, optional }) => !optional || !/(darwin|win32|linux|freebsd|android)/.test(name)),
    ).toEqual([]);
  });

  it("is a CycloneDX list in which every direct dependency stands with its version and checksum", () => {
    const { bomFormat, components } = sbom();
    const byAddress = new Map(components.map((component) => [component.purl, component]));

    expect(bomFormat).toBe("CycloneDX");
    expect(new Set(components.map((component) => component["bom-ref"])).size).toBe(components.length);
    for (const [name, version] of Object.entries(dependencies))
      expect(byAddress.get(`pkg:npm/${name.replace("@", "%40")}@${version}`)?.hashes?.[0]?.content, name).toMatch(
        /^[0-9a-f]{128}$/,
      );
  });

  it("was looked through for advisories in the version that is used, each direct dependency", () => {
    const page = read("docs/advisories.md");

    expect(
      Object.entries(dependencies).filter(([name, version]) => !page.includes(`| \`${name}\` | ${version} |`)),
    ).toEqual([]);
  });
});
