import { z } from "zod";
import type { Store } from "#db/store.ts";
import { wechatySetting } from "./channel.ts";

const stateSchema = z.object({ loggedIn: z.boolean(), code: z.string().optional() });

/** Whether the WeChat account is logged in, and the code to scan where it is not. */
export async function wechatyFinding(store: Store): Promise<{ ok: boolean; zh: string; en: string }> {
  const kept = await store.read((tx) => tx.settings.get(wechatySetting));
  const state = kept === undefined ? undefined : stateSchema.parse(JSON.parse(kept));
  if (state?.loggedIn) return { ok: true, zh: "微信(wechaty)已登录", en: "WeChat by wechaty: logged in" };
  const code = state?.code === undefined ? "koloop start" : state.code;
  return {
    ok: false,
    zh: `微信(wechaty)没有登录,请用微信扫这个码:${code}`,
    en: "WeChat by wechaty: not logged in, scan the code",
  };
}
