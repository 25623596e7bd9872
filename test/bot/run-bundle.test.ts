import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

type Run = { reused(): string[]; keepCompiled(): void };
const script = join(import.meta.dirname, "..", "..", "scripts", "run-bundle.mjs");
const { runBundle } = (await import(script)) as { runBundle: (entry: string) => Run };

/** Two files that load each other as a bundler writes them, one thing of Node's, and what the run has left behind. */
const entry = `const chunk = require("./chunk.cjs"); const { basename } = require("node:path");
globalThis.ran = { said: chunk.say("hello"), here: basename(__dirname), file: basename(__filename), late: () => Promise.resolve().then(() => require("./late.cjs")) };`;
const chunk = `exports.say = (word) => word.toUpperCase() + "!";`;
const late = `exports.came = require("./chunk.cjs").say("late");`;
type Ran = { said: string; here: string; file: string; late: () => Promise<{ came: string }> };
const ran = () => (globalThis as unknown as { ran: Ran }).ran;

let folder: string;
const file = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "koloop-bundle-"));
  writeFileSync(file("koloop.cjs"), entry);
  writeFileSync(file("chunk.cjs"), chunk);
  writeFileSync(file("late.cjs"), late);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a bundle", () => {
  it("runs the same with nothing compiled and from what was compiled", async () => {
    const first = runBundle(file("koloop.cjs"));
    const fresh = { ...ran(), late: await ran().late() };
    first.keepCompiled();

    const second = runBundle(file("koloop.cjs"));
    const again = { ...ran(), late: await ran().late() };

    expect(first.reused()).toEqual([]);
    expect(second.reused()).toEqual(["koloop.cjs", "chunk.cjs", "late.cjs"]);
    expect(again).toEqual(fresh);
    expect(again).toMatchObject({ said: "HELLO!", file: "koloop.cjs", late: { came: "LATE!" } });
  });

  it("leaves aside what was compiled of it where a byte of that is wrong, or it was cut off", () => {
    runBundle(file("koloop.cjs")).keepCompiled();
    const kept = readFileSync(file("chunk.cjs.compiled"));
    kept[kept.length - 9]! ^= 1;
    writeFileSync(file("chunk.cjs.compiled"), kept);
    writeFileSync(file("koloop.cjs.compiled"), kept.subarray(0, 10));

    const run = runBundle(file("koloop.cjs"));

    expect(run.reused()).toEqual([]);
    expect(ran().said).toBe("HELLO!");
  });

  it("leaves it aside where the source is another one", () => {
    runBundle(file("koloop.cjs")).keepCompiled();
    writeFileSync(file("chunk.cjs"), `exports.say = (word) => word.toLowerCase();`);

    const run = runBundle(file("koloop.cjs"));

    expect(run.reused()).toEqual(["koloop.cjs"]);
    expect(ran().said).toBe("hello");
  });

  it("names its own file and line where it fails", () => {
    writeFileSync(file("chunk.cjs"), `\nexports.say = () => { throw new Error("no"); };`);

    expect(() => runBundle(file("koloop.cjs"))).toThrow(
      expect.objectContaining({ stack: expect.stringContaining(`${file("chunk.cjs")}:2:29`) }),
    );
    expect(readdirSync(folder)).toHaveLength(3);
  });
});
