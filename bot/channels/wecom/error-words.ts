/** What WeCom's codes mean for whoever set koloop up, and what to do: the error table of shared/wecom.md (1.1). */
const words: Readonly<Record<number, { zh: string; en: string }>> = {
  [-1]: { zh: "企业微信系统繁忙,稍后自动重试", en: "WeCom is busy; koloop tries again" },
  40001: { zh: "Secret 不对,或应用被停用:到管理后台重新复制", en: "the secret is wrong or the app disabled" },
  40013: { zh: "企业 ID 不对(WECOM_CORP_ID)", en: "the corp id is wrong (WECOM_CORP_ID)" },
  40056: { zh: "AgentId 不对(WECOM_AGENT_ID)", en: "the agent id is wrong (WECOM_AGENT_ID)" },
  45009: { zh: "接口调用超过频率限制,暂停一会儿再来", en: "the call limit was hit; the API rests" },
  45033: { zh: "并发调用过多", en: "too many calls at once" },
  48002: {
    zh: "这个 Secret 没有此接口的权限:在「客户联系 → 可调用接口的应用」里勾选应用",
    en: "this secret may not call this API: list the app under 客户联系 → 可调用接口的应用",
  },
  48007: {
    zh: "客服账号没有授权给这个应用:在「微信客服 → 可调用接口的应用」里勾选",
    en: "the kf account is not granted to this app",
  },
  50001: { zh: "网页授权域名没有设为可信域名", en: "the redirect domain is not a trusted domain of the app" },
  50002: { zh: "成员不在应用的可见范围", en: "the member is outside the app's visible range" },
  50003: { zh: "应用已停用", en: "the app is disabled" },
  60011: { zh: "成员、部门或标签不在应用的可见范围", en: "a member, department or tag is outside the app's range" },
  60020: {
    zh: "本机出口 IP 不在「企业可信IP」里:把它加到应用的可信 IP",
    en: "the outgoing IP is not among the app's trusted IPs (企业可信IP)",
  },
  81013: { zh: "收件人都不在应用可见范围", en: "no recipient is in the app's visible range" },
  84061: { zh: "员工和客户已没有好友关系", en: "employee and customer are no longer in contact" },
  84074: {
    zh: "没有客户联系权限:把成员加入「客户联系 → 使用范围」",
    en: "no customer-contact permission for the member",
  },
  84084: { zh: "员工不是这位客户的跟进人", en: "the employee does not follow this customer" },
  95012: { zh: "客服账号没有授权给这个应用", en: "the kf account is not granted to this app" },
  301002: { zh: "这个 Secret 不属于这个 AgentId", en: "the secret does not belong to this agent id" },
  846609: { zh: "机器人没有开通这项能力", en: "the bot has no such capability" },
  853000: { zh: "机器人 ID 或 Secret 不对", en: "the bot id or its secret is wrong" },
};

/** What a code means, in words; a code that the table lacks is told as it is. */
export const wordsOfCode = (code: number): { zh: string; en: string } =>
  words[code] ?? { zh: `错误码 ${code}`, en: `error code ${code}` };
