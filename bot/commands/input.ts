import { createReadStream, existsSync, statSync } from "node:fs";

/** A file's bytes, or standard input where none is named. Throws with words for a person where the file is none. */
export function inputOf(file: string | undefined): AsyncIterable<Uint8Array> {
  if (file === undefined || file === "-") return process.stdin;
  mustBeFile(file);
  return createReadStream(file);
}

/** Throws with words for a person where there is no file of this name. */
export function mustBeFile(file: string): void {
  if (!existsSync(file)) throw new Error(`没有这个文件 / there is no such file: ${file}`);
  if (!statSync(file).isFile()) throw new Error(`这是文件夹,要一个文件 / this is a folder, a file is wanted: ${file}`);
}
