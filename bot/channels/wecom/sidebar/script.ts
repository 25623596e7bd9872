/**
 * The script of the page. WeCom's own SDK (`ww`) stands before it; everything that is shown comes from the server as finished HTML,
 * so that no words and no rule live here.
 */
export const script = `"use strict";
(() => {
  const main = document.querySelector("main");
  const { corpId, agentId, words } = JSON.parse(main.dataset.app);
  const home = "/wecom/sidebar";
  let customer;

  const say = (text) => {
    main.innerHTML = '<p role="status"></p>';
    main.firstChild.textContent = text;
  };
  const notice = (text) => {
    const line = main.querySelector(".notice");
    if (!line) return say(text);
    line.hidden = false;
    line.textContent = text;
  };
  const once = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");

  async function ask(path, body) {
    const options = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(home + path, options);
    if (answer.status === 401) location.reload();
    if (!answer.ok) throw Object.assign(new Error(await answer.text()), { told: answer.status === 403 });
    return answer;
  }
  const sign = (kind) => async (url) =>
    (await ask("/signature?kind=" + kind + "&url=" + encodeURIComponent(url))).json();
  const show = async (answer) => {
    main.innerHTML = await answer.text();
  };
  const load = async () => show(await ask("/customer?id=" + encodeURIComponent(customer)));

  async function open() {
    if (!ww.env.isWeCom) return say(words.outside);
    ww.register({
      corpId,
      agentId,
      jsApiList: ["getContext", "getCurExternalContact", "sendChatMessage"],
      getConfigSignature: sign("corp"),
      getAgentConfigSignature: sign("agent"),
      onConfigFail: (fault) => say(words.notAllowed + (fault.errMsg || fault.message)),
      onAgentConfigFail: (fault) => say(words.notAllowed + (fault.errMsg || fault.message)),
    });
    const { entry } = await ww.getContext();
    if (entry !== "single_chat_tools" && entry !== "contact_profile" && entry !== "single_kf_tools") return say(words.noCustomer);
    customer = (await ww.getCurExternalContact()).userId;
    await load();
  }

  async function send(button) {
    const link = await (await ask("/task-link", { customer, assignment: button.dataset.send })).json();
    try {
      await ww.sendChatMessage({ msgtype: "news", enterChat: true, news: link.news });
    } catch (fault) {
      return notice(words.notSent + (fault.errMsg || fault.message));
    }
    await show(await ask("/sent", { customer, assignment: button.dataset.send }));
    notice(words.sent);
  }

  main.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button || button.disabled) return;
    button.disabled = true;
    try {
      if (button.dataset.send) await send(button);
      else if (button.dataset.press) await show(await ask("/press", { customer, token: button.dataset.press, once: once() }));
    } catch (fault) {
      notice(words.failed);
    } finally {
      button.disabled = false;
    }
  });

  open().catch((fault) => say(fault.told ? fault.message : words.notAllowed + (fault.errMsg || fault.message)));
})();
`;
