import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

// The write-ahead log (https://www.sqlite.org/fileformat2.html#walformat): a header of 32 bytes, then frames, each a header of 24 bytes and
// a page. SQLite reads up to the first frame whose checksum is wrong and says nothing about what lies behind it.

const headBytes = 32;
const frameHeadBytes = 24;
const magicLittle = 0x377f0682;

type Sum = readonly [number, number];

/**
 * How many commits in a SQLite file's write-ahead log can't be read although they were safely written: those behind a damaged frame or
 * header. What a loss of power leaves (the last commit, torn or with pages missing, which nobody was told of) counts as nothing.
 */
export function damagedCommits(databasePath: string): number {
  const path = `${databasePath}-wal`;
  if (!existsSync(path)) return 0;
  const file = openSync(path, "r");
  try {
    // Somebody else may be writing: what they had half written is whole at the next look.
    let lost = 0;
    for (let look = 0; look < looks; look++) {
      lost = unreadable(file, statSync(path).size, pageSizeOf(databasePath));
      if (lost === 0) return 0;
    }
    return lost;
  } finally {
    closeSync(file);
  }
}

const looks = 3;

function pageSizeOf(databasePath: string): number {
  const file = openSync(databasePath, "r");
  const head = Buffer.alloc(18);
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  const size = head.readUInt16BE(16);
  return size === 1 ? 65_536 : size;
}

function unreadable(file: number, size: number, pageSize: number): number {
  const frame = Buffer.alloc(frameHeadBytes + pageSize);
  if (pageSize < 512 || size < headBytes + frame.length) return 0;
  const head = Buffer.alloc(headBytes);
  readSync(file, head, 0, headBytes, 0);
  const little = head.readUInt32BE(0) === magicLittle;
  let sum = summed(head.subarray(0, 24), [0, 0], little);
  let broken =
    (head.readUInt32BE(0) | 1) !== (magicLittle | 1) ||
    sum[0] !== head.readUInt32BE(24) ||
    sum[1] !== head.readUInt32BE(28);
  let salts = broken ? undefined : Buffer.from(head.subarray(16, 24));
  let commits = 0;
  for (let at = headBytes; at + frame.length <= size; at += frame.length) {
    readSync(file, frame, 0, frame.length, at);
    salts ??= Buffer.from(frame.subarray(8, 16));
    // Frames with other salts are left over from before the last checkpoint.
    if (!frame.subarray(8, 16).equals(salts)) {
      if (broken) continue;
      return 0;
    }
    if (!broken) {
      sum = summed(frame.subarray(frameHeadBytes), summed(frame.subarray(0, 8), sum, little), little);
      broken = sum[0] !== frame.readUInt32BE(16) || sum[1] !== frame.readUInt32BE(20);
    }
    if (broken && frame.readUInt32BE(4) > 0) commits++;
  }
  // Only when a commit is safe does the next one begin: one that stands last alone may never have been.
  return commits > 1 ? commits : 0;
}

function summed(bytes: Buffer, [from0, from1]: Sum, little: boolean): Sum {
  let [s0, s1] = [from0, from1];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += 8) {
    s0 = (s0 + view.getUint32(at, little) + s1) >>> 0;
    s1 = (s1 + view.getUint32(at + 4, little) + s0) >>> 0;
  }
  return [s0, s1];
}
