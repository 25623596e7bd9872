import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from "node:crypto";

export type CallbackQuery = { signature: string; timestamp: string; nonce: string };
export type Envelope = {
  /** What was inside, if the signature, the padding and the receiver are right; undefined otherwise. */
  open(query: CallbackQuery, encrypted: string): string | undefined;
  /** An answer as WeCom opens it, signed for this moment. */
  seal(plain: string, timestamp: number): string;
};

/** AES-256 in chains, padded to whole blocks of 32 bytes; in front of the words 16 bytes of chance and their length. */
const cipher = "aes-256-cbc";
const blockBytes = 32;
const chanceBytes = 16;
const headBytes = chanceBytes + 4;

/**
 * Opens what WeCom encrypted for this corp. The signature is compared in constant time, before anything is decrypted. Its SDK does the same, but
 * brings an HTTP client of its own, which a start need not wait for (https://developer.work.weixin.qq.com/document/path/90968, 2026-11).
 */
export function createEnvelope(settings: { token: string; aesKey: string; corpId: string }): Envelope {
  const { token, corpId } = settings;
  const key = Buffer.from(`${settings.aesKey}=`, "base64");
  if (key.length !== 32) throw new Error("the AES key of WeCom's callbacks has 43 signs");
  const iv = key.subarray(0, 16);
  const signatureOf = (timestamp: string, nonce: string, encrypted: string): Buffer =>
    createHash("sha1").update([token, timestamp, nonce, encrypted].sort(bytewise).join("")).digest();
  return {
    open({ signature, timestamp, nonce }, encrypted) {
      const expected = signatureOf(timestamp, nonce, encrypted);
      const given = Buffer.from(/^[0-9a-f]{40}$/i.test(signature) ? signature : "", "hex");
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      try {
        const opener = createDecipheriv(cipher, key, iv).setAutoPadding(false);
        const body = unpadded(Buffer.concat([opener.update(encrypted, "base64"), opener.final()]));
        if (body === undefined || body.length < headBytes) return undefined;
        const end = headBytes + body.readUInt32BE(chanceBytes);
        return body.toString("utf8", end) === corpId ? body.toString("utf8", headBytes, end) : undefined;
      } catch {
        return undefined;
      }
    },
    seal(plain, timestamp) {
      const nonce = randomBytes(8).toString("hex");
      const words = Buffer.from(plain);
      const head = Buffer.concat([randomBytes(chanceBytes), Buffer.alloc(4)]);
      head.writeUInt32BE(words.length, chanceBytes);
      const closer = createCipheriv(cipher, key, iv).setAutoPadding(false);
      const body = padded(Buffer.concat([head, words, Buffer.from(corpId)]));
      const encrypted = Buffer.concat([closer.update(body), closer.final()]).toString("base64");
      const signature = signatureOf(String(timestamp), nonce, encrypted).toString("hex");
      return `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
    },
  };
}

const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function padded(bytes: Buffer): Buffer {
  const missing = blockBytes - (bytes.length % blockBytes);
  return Buffer.concat([bytes, Buffer.alloc(missing, missing)]);
}

/** Undefined where it does not end as padding does. */
function unpadded(bytes: Buffer): Buffer | undefined {
  const count = bytes.at(-1) ?? 0;
  if (count < 1 || count > blockBytes || count > bytes.length) return undefined;
  const end = bytes.length - count;
  return bytes.subarray(end).every((byte) => byte === count) ? bytes.subarray(0, end) : undefined;
}
