import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder with all that is above it, and sees to it that files can be written there; throws where that cannot be. Node's own way of making the
 * folders above never comes back where the system says that a place is not there and has it (`/proc`, nodejs/node 31481).
 */
export function makeFolder(path: string): void {
  if (!isFolder(path)) {
    const above = dirname(path);
    if (above !== path) makeFolder(above);
    makeOne(path);
  }
  accessSync(path, constants.W_OK);
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (fault) {
    const { code } = fault as { code?: string };
    // Another process may have made it meanwhile.
    if (code === "EEXIST" && isFolder(path)) return;
    if (code === "ENOENT")
      throw new Error(`这里建不了文件夹,换个位置 / no folder can be made here, name another place: ${path}`, {
        cause: fault,
      });
    throw fault;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
