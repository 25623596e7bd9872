import { createReadStream, existsSync, statSync } from "node:fs";

/** A file's bytes, or standard input where none is named. Throws with words for a person where the file is none. */
export function inputOf(file: string | undefined): AsyncIterable<Uint8Array> {
  if (file === undefined || file === "-") return process.stdin;
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new Error(`没有这个文件 / there is no such file: ${file}`);
  }
  return createReadStream(file);
}
