import { createHash } from "node:crypto";
import { WecomCrypto } from "@wecom/aibot-node-sdk";
import { describe, expect, it } from "vitest";
import { createEnvelope } from "#bot/channels/wecom/crypto.ts";

const settings = { token: "token", aesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", corpId: "ww1" };
const envelope = createEnvelope(settings);
const sdk = new WecomCrypto(settings.token, settings.aesKey, settings.corpId);
const within = (text: string, name: string) =>
  new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(text)?.[1] ?? "";
const signed = (encrypted: string) =>
  createHash("sha1").update([settings.token, "1", "n", encrypted].sort().join("")).digest("hex");

describe("the envelope of WeCom's callbacks", () => {
  it("opens what WeCom's SDK closes, at every length of the words", () => {
    for (let length = 0; length < 70; length++) {
      const words = "好".repeat(length % 7) + "x".repeat(length);
      const { encrypt, signature } = sdk.encrypt(words, "1", "n");
      expect(envelope.open({ signature, timestamp: "1", nonce: "n" }, encrypt)).toBe(words);
    }
  });

  it("closes what WeCom's SDK opens", () => {
    const sealed = envelope.seal("<xml>好</xml>", 7);
    const [encrypted, signature, nonce] = ["Encrypt", "MsgSignature", "Nonce"].map((name) => within(sealed, name));
    expect(sdk.decrypt(encrypted!)).toBe("<xml>好</xml>");
    expect(sdk.verifySignature(signature!, "7", nonce!, encrypted!)).toBe(true);
  });

  it("opens nothing that is signed and yet not whole, or for another corp", () => {
    const other = new WecomCrypto(settings.token, settings.aesKey, "ww2").encrypt("words", "1", "n").encrypt;
    const whole = Buffer.from(sdk.encrypt("words", "1", "n").encrypt, "base64");
    const cut = whole.subarray(0, whole.length - 16).toString("base64");
    for (const encrypted of ["", "AAAA", other, cut, Buffer.alloc(64).toString("base64")])
      expect(envelope.open({ signature: signed(encrypted), timestamp: "1", nonce: "n" }, encrypted)).toBeUndefined();
  });
});
