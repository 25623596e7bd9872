import type { FakeWecom } from "./server.ts";

type Json = Record<string, unknown>;

/** What externalcontact/* answers; undefined: there is no such call. */
export function contactsAnswer(fake: FakeWecom, path: string, url: URL, body: Json): Json | undefined {
  switch (path) {
    case "externalcontact/get":
      return contact(fake, url.searchParams.get("external_userid") ?? "");
    case "externalcontact/get_corp_tag_list":
      return {
        errcode: 0,
        tag_group: [
          { group_id: "g1", group_name: "人群", tag: [...fake.corpTags].map(([id, name]) => ({ id, name })) },
        ],
      };
    case "externalcontact/add_corp_tag":
      return addTag(fake, body);
    case "externalcontact/mark_tag":
      return markTag(fake, body);
    case "externalcontact/batch/get_by_user":
      return contactsOf(fake, body);
    case "externalcontact/groupchat/list": {
      const { userid_list: owners } = body.owner_filter as { userid_list: string[] };
      const mine = [...fake.groups].filter(([, { owner }]) => owners.includes(owner));
      return { errcode: 0, group_chat_list: mine.map(([chat_id]) => ({ chat_id, status: 0 })), next_cursor: "" };
    }
    case "externalcontact/groupchat/get": {
      const group = fake.groups.get(String(body.chat_id));
      return group ? { errcode: 0, group_chat: { chat_id: body.chat_id, ...group } } : { errcode: 86003 };
    }
    case "externalcontact/add_msg_template": {
      const [to = ""] = body.external_userid as string[];
      const customer = fake.customers.get(to);
      if (!customer?.follow.has(String(body.sender))) return { errcode: 0, fail_list: [to], msgid: "" };
      const msgid = `MS${fake.nextId()}`;
      fake.massSends.push({ msgid, to, sender: String(body.sender), body, status: 0 });
      return { errcode: 0, fail_list: [], msgid };
    }
    case "externalcontact/get_groupmsg_send_result": {
      const known = fake.massSends.find(({ msgid }) => msgid === body.msgid);
      if (!known || known.sender !== body.userid) return { errcode: 40058 };
      return { errcode: 0, send_list: [{ external_userid: known.to, userid: known.sender, status: known.status }] };
    }
    case "externalcontact/cancel_groupmsg_send":
      for (const known of fake.massSends) if (known.msgid === body.msgid) known.status = "cancelled";
      return { errcode: 0 };
    case "externalcontact/get_follow_user_list":
      return {
        errcode: 0,
        follow_user: [...new Set([...fake.customers.values()].flatMap((c) => [...c.follow.keys()]))],
      };
    default:
      return undefined;
  }
}

function contact(fake: FakeWecom, id: string): Json {
  const customer = fake.customers.get(id);
  if (!customer) return { errcode: 40096 };
  return {
    errcode: 0,
    external_contact: { external_userid: id, name: customer.name, type: 1 },
    follow_user: [...customer.follow].map(([userid, tags]) => ({
      userid,
      tags: [...tags].map((tag) => ({ group_name: "人群", tag_name: fake.corpTags.get(tag), tag_id: tag, type: 1 })),
    })),
  };
}

/** Two pairs a page, so that cursors are followed. */
function contactsOf(fake: FakeWecom, body: Json): Json {
  const users = body.userid_list as string[];
  if (users.length > 100 || Number(body.limit) > 100) return { errcode: 40058 };
  const pairs = [...fake.customers].flatMap(([id, { name, follow }]) =>
    [...follow.keys()].filter((userid) => users.includes(userid)).map((userid) => ({ id, name, userid })),
  );
  const from = Number(String(body.cursor ?? "").slice(1));
  const page = pairs.slice(from, from + 2);
  return {
    errcode: 0,
    external_contact_list: page.map(({ id, name, userid }) => ({
      external_contact: { external_userid: id, name, type: 1 },
      follow_info: { userid, tag_id: [] },
    })),
    next_cursor: from + 2 < pairs.length ? `c${from + 2}` : "",
  };
}

function addTag(fake: FakeWecom, body: Json): Json {
  const made = (body.tag as { name: string }[]).map(({ name }) => ({ id: `et${fake.nextId()}`, name }));
  if (made.some(({ name }) => [...fake.corpTags.values()].includes(name))) return { errcode: 40071 };
  for (const { id, name } of made) fake.corpTags.set(id, name);
  return { errcode: 0, tag_group: { group_id: "g1", group_name: body.group_name, tag: made } };
}

function markTag(fake: FakeWecom, body: Json): Json {
  const tags = fake.customers.get(String(body.external_userid))?.follow.get(String(body.userid));
  if (!tags) return { errcode: 84061 };
  for (const tag of body.add_tag as string[]) {
    if (!fake.corpTags.has(tag)) return { errcode: 40068 };
    if (tags.has(tag)) fake.complaints.push(`marked twice: ${JSON.stringify(body)}`);
    tags.add(tag);
  }
  return { errcode: 0 };
}
