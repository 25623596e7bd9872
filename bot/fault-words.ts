type Words = (about: string) => string;

/** What the operating system and SQLite say in codes. `about` is the file, the folder or the address, where it is known. */
const wordsOfCode: Readonly<Record<string, Words>> = {
  ENOENT: (about) => `没有这个文件 / there is no such file: ${about}`,
  EISDIR: (about) => `这是文件夹,要一个文件 / this is a folder, a file is wanted: ${about}`,
  ENOTDIR: (about) => `要一个文件夹,路径里有个文件 / a folder is wanted, and a file lies there: ${about}`,
  EEXIST: (about) => `已存在,换个名字 / exists already, name another: ${about}`,
  EACCES: (about) => `没有权限:给读写权限,或换个位置 / no permission; give it, or name another place: ${about}`,
  EPERM: (about) => `没有权限:给读写权限,或换个位置 / no permission; give it, or name another place: ${about}`,
  EROFS: (about) => `磁盘只读,换个位置 / the disk is read-only, name another place: ${about}`,
  ENOSPC: (about) => `磁盘满了,腾出空间再来 / the disk is full; make room and try again: ${about}`,
  EADDRNOTAVAIL: (about) => `HOST 不是本机的地址 / HOST is no address of this machine: ${about}`,
  ENOTFOUND: (about) => `找不到这个主机名 / no host is known by this name: ${about}`,
  SQLITE_CANTOPEN: () =>
    "数据库打不开:DATABASE_URL 要指向一个文件,且有读写权限 / the database cannot be opened: DATABASE_URL must name a file that may be read and written",
  SQLITE_READONLY: () =>
    "数据库只读:给文件和它的文件夹写权限 / the database is read-only: give write permission to its file and folder",
  SQLITE_FULL: () => "磁盘满了,腾出空间再来 / the disk is full; make room and try again",
  SQLITE_IOERR: () =>
    "数据库读写出错,多半是磁盘满了:腾出空间,或检查磁盘 / the database cannot be read or written, most likely the disk is full: make room, or check the disk",
  SQLITE_BUSY: () =>
    "数据库正被另一个进程使用:停掉它,或稍后再试 / the database is in use by another process: stop that one, or try again in a moment",
  SQLITE_CORRUPT: () =>
    "数据库损坏:koloop restore 备份 新文件 / the database is damaged: koloop restore BACKUP NEW.db, and set DATABASE_URL to it",
};

type Coded = { code?: unknown; path?: unknown; address?: unknown; hostname?: unknown };

/** A fault in one line for the person at the terminal: what is wrong and what to do, Chinese first, where its code is known. */
export function wordsOfFault(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const { code, path, address, hostname } = fault as Coded;
  const about = [path, address, hostname].find((one) => typeof one === "string") as string | undefined;
  const words = wordsOfCode[String(code)] ?? wordsOfCode[String(code).replace(/^(SQLITE_[A-Z]+)_.*$/, "$1")];
  return words && (about !== undefined || words.length === 0) ? words(about ?? "") : fault.message;
}
