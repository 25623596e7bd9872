// Adds lock entries for platform binaries that a partial registry mirror does not carry, without which
// npm 11 refuses `npm ci` (npm/cli #9343). npm never fetches them: their os and cpu differ. Run after each change of dependencies.
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const packages = lock.packages;
const OS = ["darwin", "win32", "linux", "freebsd", "android", "openharmony", "sunos", "aix", "netbsd", "openbsd"];
const CPU = ["arm64", "x64", "ia32", "arm", "ppc64", "riscv64", "s390x", "loong64", "mips64el"];
let filled = 0;
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, spec] of Object.entries(entry.optionalDependencies ?? {})) {
    if (
      path === "" ||
      packages[`node_modules/${name}`] ||
      packages[`${path}/node_modules/${name}`] ||
      !/^\d/.test(spec)
    )
      continue;
    const os = OS.find((o) => name.includes(o));
    const cpu = CPU.find((c) => name.includes(`-${c}`));
    if (!os) continue;
    packages[`node_modules/${name}`] = {
      version: spec,
      ...(cpu && { cpu: [cpu] }),
      ...(entry.dev && { dev: true }),
      ...(name.includes("musl") && { libc: ["musl"] }),
      optional: true,
      os: [os],
    };
    filled++;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(`filled ${filled} entries`);
