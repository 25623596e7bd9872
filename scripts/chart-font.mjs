// Writes bot/fonts/noto-sans-sc.ttf from @fontsource/noto-sans-sc: resvg reads TrueType only, and a WOFF 1 file is the same tables, deflated
// (https://www.w3.org/TR/WOFF/, sections 3-5). All glyphs are kept: names, cities and quotes can hold any character.
//   node scripts/chart-font.mjs
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";

const target = join(dirname(dirname(fileURLToPath(import.meta.url))), "bot", "fonts");
const font = dirname(createRequire(import.meta.url).resolve("@fontsource/noto-sans-sc/package.json"));
mkdirSync(target, { recursive: true });
writeFileSync(
  join(target, "noto-sans-sc.ttf"),
  toTrueType(readFileSync(join(font, "files", "noto-sans-sc-chinese-simplified-400-normal.woff"))),
);
copyFileSync(join(font, "LICENSE"), join(target, "OFL.txt"));

function toTrueType(woff) {
  if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("not a WOFF 1 file");
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = 44 + i * 20;
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field));
    const data = woff.subarray(offset, offset + packed);
    return {
      tag: woff.subarray(at, at + 4),
      checksum: woff.readUInt32BE(at + 16),
      data: packed < length ? inflateSync(data) : data,
    };
  });
  const head = Buffer.alloc(12 + count * 16);
  woff.copy(head, 0, 4, 8);
  const power = 2 ** Math.floor(Math.log2(count));
  [count, power * 16, Math.log2(power), (count - power) * 16].forEach((n, i) => void head.writeUInt16BE(n, 4 + i * 2));
  const parts = [head];
  let offset = head.length;
  tables.forEach(({ tag, checksum, data }, i) => {
    const at = 12 + i * 16;
    tag.copy(head, at);
    [checksum, offset, data.length].forEach((n, field) => void head.writeUInt32BE(n, at + 4 + field * 4));
    const padding = (4 - (data.length % 4)) % 4;
    parts.push(data, Buffer.alloc(padding));
    offset += data.length + padding;
  });
  return Buffer.concat(parts);
}
