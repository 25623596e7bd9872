import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { WecomCrypto } from "@wecom/aibot-node-sdk";

export type CallbackQuery = { signature: string; timestamp: string; nonce: string };
export type Envelope = {
  /** What was inside, if the signature, the padding and the receiver are right; undefined otherwise. */
  open(query: CallbackQuery, encrypted: string): string | undefined;
  /** An answer as WeCom opens it, signed for this moment. */
  seal(plain: string, timestamp: number): string;
};

/** Opens what WeCom encrypted for this corp. The signature is compared in constant time, before anything is decrypted. */
export function createEnvelope(settings: { token: string; aesKey: string; corpId: string }): Envelope {
  const crypto = new WecomCrypto(settings.token, settings.aesKey, settings.corpId);
  return {
    open({ signature, timestamp, nonce }, encrypted) {
      const expected = createHash("sha1")
        .update([settings.token, timestamp, nonce, encrypted].sort(bytewise).join(""))
        .digest();
      const given = Buffer.from(/^[0-9a-f]{40}$/i.test(signature) ? signature : "", "hex");
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      try {
        return crypto.decrypt(encrypted);
      } catch {
        return undefined;
      }
    },
    seal(plain, timestamp) {
      const nonce = randomBytes(8).toString("hex");
      const { encrypt, signature } = crypto.encrypt(plain, String(timestamp), nonce);
      return `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
    },
  };
}

const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
