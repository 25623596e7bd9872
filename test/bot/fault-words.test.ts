import { describe, expect, it } from "vitest";
import { wordsOfFault } from "#bot/fault-words.ts";

const fault = (code: string, more: object = {}): Error =>
  Object.assign(new Error("said in English"), { code, ...more });

describe("a fault at the terminal", () => {
  it.each([
    ["ENOSPC", { path: "/x/y" }, /磁盘满了.*\/x\/y$/],
    ["EROFS", { path: "/x/y" }, /磁盘只读/],
    ["SQLITE_IOERR_SHMSIZE", {}, /磁盘满了/],
    ["SQLITE_FULL", {}, /磁盘满了/],
    ["SQLITE_READONLY_DIRECTORY", {}, /数据库只读/],
    ["ENOTFOUND", { hostname: "nowhere.invalid" }, /nowhere\.invalid$/],
  ])("of the code %s is one line that says what to do", (code, more, words) => {
    const said = wordsOfFault(fault(code, more));

    expect(said).toMatch(words);
    expect(said).not.toContain("\n");
  });

  it("keeps its own words where they say more than the code", () => {
    expect(wordsOfFault(fault("ENOENT"))).toBe("said in English");
    expect(wordsOfFault(new Error("名字不对 / the name is wrong"))).toBe("名字不对 / the name is wrong");
    expect(wordsOfFault("a word")).toBe("a word");
  });
});
