import { readdirSync } from "node:fs";
import * as z from "zod";
import { nlpFile } from "./files.ts";
import { type Meanings, meaningsOf } from "./meanings.ts";
import { readYaml } from "./yaml.ts";

const FILE = z.strictObject({ classes: z.record(z.string().regex(/^\w+$/), z.array(z.coerce.string()).min(1)) });

/** Reads the classes that ship, in order of file and line. Throws where a file is not of their form, with its name. */
export function loadMeanings(): Meanings {
  const files = readdirSync(nlpFile("packs/meanings"))
    .filter((file) => file.endsWith(".yaml"))
    .sort();
  return meaningsOf(
    files.flatMap((file) => {
      const read = FILE.safeParse(readYaml(`packs/meanings/${file}`));
      if (!read.success) throw new Error(`nlp/packs/meanings/${file}: ${z.prettifyError(read.error)}`);
      return Object.values(read.data.classes);
    }),
  );
}
