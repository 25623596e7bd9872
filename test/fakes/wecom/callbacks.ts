import { randomBytes } from "node:crypto";
import wecomCrypto from "@wecom/crypto";
import { aesKey, agentId, callbackToken, corpId } from "./server.ts";

/** A callback as WeCom posts it, signed and encrypted by the vendor's library. */
export async function postCallback(
  address: string,
  xml: string,
  forged: { corpId?: string; signature?: string } = {},
): Promise<Response> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(6).toString("hex");
  const encrypted = wecomCrypto.encrypt(aesKey, xml, forged.corpId ?? corpId);
  const signature = forged.signature ?? wecomCrypto.getSignature(callbackToken, timestamp, nonce, encrypted);
  return fetch(`${address}/wecom/callback?${new URLSearchParams({ msg_signature: signature, timestamp, nonce })}`, {
    method: "POST",
    headers: { "content-type": "text/xml" },
    body: `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID>${agentId}</AgentID></xml>`,
  });
}

/** What a passive reply says, opened as WeCom opens it: its signature is checked, an empty answer or `success` is none. */
export async function openPassive(response: Response): Promise<string | undefined> {
  const body = await response.text();
  const part = (name: string) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]+)`).exec(body)?.[1];
  const [encrypted, signature, timestamp, nonce] = [
    part("Encrypt"),
    part("MsgSignature"),
    part("TimeStamp"),
    part("Nonce"),
  ];
  if (!encrypted || !timestamp || !nonce) return undefined;
  if (wecomCrypto.getSignature(callbackToken, timestamp, nonce, encrypted) !== signature)
    throw new Error("a bad signature");
  const { message, id } = wecomCrypto.decrypt(aesKey, encrypted);
  if (id !== corpId) throw new Error("another corp");
  return message;
}

export async function askVerification(address: string, echo: string): Promise<Response> {
  const [timestamp, nonce] = ["1700000000", "n1"];
  const echostr = wecomCrypto.encrypt(aesKey, echo, corpId);
  const signature = wecomCrypto.getSignature(callbackToken, timestamp, nonce, echostr);
  return fetch(
    `${address}/wecom/callback?${new URLSearchParams({ msg_signature: signature, timestamp, nonce, echostr })}`,
  );
}
