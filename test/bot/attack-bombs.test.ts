import { constants, crc32, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encryptedPart, readCallback } from "#bot/channels/wecom/app/receive.ts";
import { readTableBytes, TableError } from "#bot/intake/table-file.ts";
import { findLinks } from "#domain/link.ts";
import { readMetrics } from "#domain/metric-text.ts";
import { readOwnData } from "#domain/own-data-text.ts";
import { readSubscription } from "#domain/subscription.ts";
import { workbookParts, zipOf } from "../fuzz/xlsx.ts";
import { effortMs } from "../setup/effort.ts";

/** A hang, not a busy machine. */
const slowestMs = 5000;
const laughs = `<!DOCTYPE a [<!ENTITY a0 "哈">${Array.from({ length: 12 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`).join("")}]>`;

async function refusal(bytes: Uint8Array): Promise<unknown> {
  try {
    for await (const _ of readTableBytes(bytes));
    return undefined;
  } catch (fault) {
    return fault;
  }
}

/** A ZIP with one part more that says so little and unpacks to so many megabytes of zeros. */
function zipBomb(megabytes: number): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: constants.Z_FULL_FLUSH });
  const packed = Buffer.concat([...Array.from({ length: megabytes }, () => block), Buffer.from([3, 0])]);
  const name = "xl/worksheets/sheet1.xml";
  const head = (sizes: readonly number[], signature: string, extra: Buffer) => {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(Buffer.alloc(0)), 10);
    fields.writeUInt32LE(sizes[0] as number, 14);
    fields.writeUInt32LE(sizes[1] as number, 18);
    fields.writeUInt16LE(name.length, 22);
    return Buffer.concat([Buffer.from(signature), fields, extra, Buffer.from(name)]);
  };
  const sizes = [packed.length, megabytes * 2 ** 20];
  const rest = Buffer.alloc(14);
  const local = Buffer.concat([head(sizes, "PK\x03\x04", Buffer.alloc(0)), packed]);
  const list = head(sizes, "PK\x01\x02\x14\x00", rest);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(local.length, 16);
  return new Uint8Array(Buffer.concat([local, list, end]));
}

describe("a bomb", () => {
  it("of XML entities in a callback is not opened", () => {
    const begun = process.cpuUsage();
    const read = [encryptedPart, readCallback].map((each) => {
      try {
        return each(`${laughs}<xml><Encrypt>&a12;</Encrypt><Content>&a12;</Content></xml>`);
      } catch (fault) {
        return fault;
      }
    });

    expect(JSON.stringify(read)?.length ?? 0).toBeLessThan(10_000);
    expect(effortMs(begun)).toBeLessThan(slowestMs);
  });

  it("of XML entities in a workbook is not opened", async () => {
    const sheet = workbookParts('<row r="1"><c t="inlineStr"><is><t>&a12;</t></is></c></row>', "");
    const bomb = sheet.map(([name, text]): [string, string] => [name, text.replace("?>", `?>${laughs}`)]);
    const begun = process.cpuUsage();

    const fault = await refusal(zipOf(bomb));

    expect(fault === undefined || fault instanceof TableError).toBe(true);
    expect(effortMs(begun)).toBeLessThan(slowestMs);
  });

  it("of half a gigabyte in half a megabyte of ZIP is refused", async () => {
    const bomb = zipBomb(512);
    const [begun, before] = [process.cpuUsage(), process.memoryUsage.rss()];

    const fault = await refusal(bomb);

    expect(bomb.length).toBeLessThan(2 ** 20);
    expect(fault).toMatchObject({ why: "too-large" });
    expect(fault).toBeInstanceOf(TableError);
    expect(effortMs(begun)).toBeLessThan(slowestMs);
    expect(process.memoryUsage.rss() - before).toBeLessThan(450 * 2 ** 20);
  });
});

describe("very long words that nearly fit", () => {
  const readers: Record<string, (text: string) => unknown> = { findLinks, readMetrics, readOwnData, readSubscription };
  const pieces = ["a", " ", "1", "https://", "9,", "阅读", "删除我的", "每周", "((", "a@", "\t\n", "%2e"];

  it.each(Object.entries(readers))("hold up nobody: %s", (_, read) => {
    for (const piece of pieces) {
      const begun = process.cpuUsage();

      read(`${piece.repeat(20_000 / piece.length)}!`);

      expect(effortMs(begun), JSON.stringify(piece)).toBeLessThan(slowestMs);
    }
  });
});
