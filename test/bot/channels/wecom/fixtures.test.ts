import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encryptedPart, readCallback } from "#bot/channels/wecom/app/receive.ts";
import { readArchiveLine } from "#bot/channels/wecom/archive.ts";
import { createEnvelope } from "#bot/channels/wecom/crypto.ts";
import { pageSchema, readKfItem } from "#bot/channels/wecom/kf/receive.ts";
import { readConfig } from "#bot/config.ts";

const folder = ["../shared", "../../shared"].map((up) => join(up, "wecom-fixtures")).find((path) => existsSync(path));
const read = (name: string) => readFileSync(join(folder as string, name), "utf8");
const json = (name: string) => JSON.parse(read(name)) as Record<string, unknown>;
type Vector = Record<
  "id" | "token" | "encodingAESKey" | "timestamp" | "nonce" | "msg_signature" | "encrypt",
  string
> & {
  signature_valid: boolean;
  receiveid: string | null;
  plaintext?: string;
  decrypted_receiveid?: string;
  http_body?: string;
};

describe.skipIf(!folder)("payloads of other projects (skipped without ../shared/wecom-fixtures)", () => {
  it("opens every valid envelope, for its own corp alone, and no other", () => {
    const vectors = json("crypto_vectors.json").vectors as Vector[];
    for (const vector of vectors) {
      const settings = { token: vector.token, aesKey: vector.encodingAESKey };
      const query = { signature: vector.msg_signature, timestamp: vector.timestamp, nonce: vector.nonce };
      const corpId = vector.decrypted_receiveid ?? vector.receiveid ?? "";
      const opened = createEnvelope({ ...settings, corpId }).open(query, vector.encrypt);
      if (vector.signature_valid && vector.plaintext !== undefined && corpId !== "")
        expect(opened, vector.id).toBe(vector.plaintext);
      if (!vector.signature_valid) expect(opened, vector.id).toBeUndefined();
      expect(createEnvelope({ ...settings, corpId: "wwother" }).open(query, vector.encrypt), vector.id).toBeUndefined();
      if (vector.http_body?.startsWith("<xml>"))
        expect(encryptedPart(vector.http_body), vector.id).toBe(vector.encrypt);
    }
    expect(vectors.length).toBeGreaterThan(5);
  });

  it("does not start with a key that is none", () => {
    const { keys } = json("crypto_vectors.json").bad_encoding_aes_keys as { keys: string[] };
    for (const WECOM_CALLBACK_AES_KEY of keys.filter((key) => key !== ""))
      expect(() => readConfig({ WECOM_CALLBACK_AES_KEY })).toThrow(/WECOM_CALLBACK_AES_KEY/);
  });

  it("reads every callback, each with an id of its own, and a message's id as text", () => {
    const files = readdirSync(folder as string).filter((name) => name.endsWith(".xml"));
    const ids = files.map((name) => readCallback(read(name))?.id);

    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(files.length);
    expect(readCallback(read("message_text_string_msgid.xml"))?.id).toMatch(/^msg:\D/);
    expect(readCallback(read("event_template_card.xml"))?.type).toBe("tap");
    expect(readCallback(read("event_taskcard_click.xml"))?.type).toBe("tap");
    expect(readCallback(read("event_kf_msg_or_event.xml"))?.type).toBe("kf");
    for (const name of ["add", "edit", "del"])
      expect(readCallback(read(`event_${name}_external_contact.xml`))?.type).toBe("contact");
  });

  it("reads a whole page of kf: unknown kinds hold up nothing", () => {
    const [{ response }] = json("kf_sync_msg.json").cases as [{ response: unknown }];
    const page = pageSchema.parse(response);
    const items = (page.msg_list ?? []).map((raw) => readKfItem(raw, "wecom"));

    expect(page.has_more).toBe(1);
    expect(items.length).toBeGreaterThan(10);
    expect(items.filter((item) => item === undefined)).toEqual([]);
    expect(items.some((item) => item?.type === "customer" && item.incoming?.type === "message")).toBe(true);
  });

  it("reads the archive's lines: words, recalls and consent, and passes over the rest", () => {
    const lines = read("msgaudit_decrypted.jsonl").trim().split("\n");
    const types = lines.map((line) => (JSON.parse(line) as { msgtype?: string }).msgtype ?? "switch");
    const heard = lines.map(readArchiveLine);
    const of = (type: string) => heard[types.indexOf(type)];

    expect(of("text")).toMatchObject({ type: "said" });
    expect(of("markdown")).toMatchObject({ type: "said" });
    expect(of("mixed")).toMatchObject({ type: "said" });
    expect(of("revoke")).toMatchObject({ type: "recalled", messageId: "14822339130656386894_1603875600" });
    expect(of("agree")).toMatchObject({ type: "consent", agrees: true });
    expect(of("disagree")).toMatchObject({ type: "consent", agrees: false });
    for (const type of ["switch", "image", "voice", "meeting", "emotion"])
      expect(of(type)).toEqual({ type: "other", name: type });
  });
});
