// Runs dist/bundle with what V8 has compiled of it before. Compiling is half of what a start costs; Node 20 keeps nothing of it by itself.
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import vm from "node:vm";

const wrapper = "(function (exports, require, module, __filename, __dirname) {";
const digestBytes = 20;
const digest = (bytes) => createHash("sha1").update(bytes).digest();
const ending = ".compiled";

/**
 * Runs a CommonJS bundle from its entry file; other files of its folder are loaded by the same means, everything else by Node. What was compiled is
 * used where it belongs to this Node and these files, and left aside otherwise. `keepCompiled()` writes down what has been compiled until then.
 */
export function runBundle(entry) {
  const folder = dirname(entry);
  const ofNode = createRequire(entry);
  const modules = new Map();
  const scripts = new Map();
  const require = (id) => (id.startsWith("./") ? load(id.slice(2)) : ofNode(id));
  Object.assign(require, { resolve: ofNode.resolve, cache: ofNode.cache });

  function load(name) {
    const known = modules.get(name);
    if (known) return known.exports;
    const filename = join(folder, name);
    const module = { exports: {} };
    modules.set(name, module);
    const source = readFileSync(filename, "utf8");
    const script = new vm.Script(`${wrapper}${source}\n})`, {
      filename,
      columnOffset: -wrapper.length,
      cachedData: readCompiled(filename),
    });
    scripts.set(name, script);
    script.runInThisContext().call(module.exports, module.exports, require, module, filename, folder);
    return module.exports;
  }

  load(basename(entry));
  return {
    /** Which files were run from what had been compiled. */
    reused: () => [...scripts].filter(([, script]) => script.cachedDataRejected === false).map(([name]) => name),
    keepCompiled() {
      for (const [name, script] of scripts) {
        const data = script.createCachedData();
        const file = join(folder, `${name}${ending}`);
        const draft = `${file}.${process.pid}`;
        writeFileSync(draft, Buffer.concat([digest(data), data]));
        renameSync(draft, file);
      }
    },
  };
}

/** V8 checks its own version and flags and the length of the source (files are named by their content), but not whether its bytes are whole. */
function readCompiled(filename) {
  try {
    const bytes = readFileSync(`${filename}${ending}`);
    const data = bytes.subarray(digestBytes);
    return digest(data).equals(bytes.subarray(0, digestBytes)) ? data : undefined;
  } catch {
    return undefined;
  }
}
