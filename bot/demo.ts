import type { Store } from "#db/store.ts";
import { hasRole, isStaff, type Person } from "#domain/person.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import type { CastMember } from "./channels/web/wire.ts";

type Cast = { manager: Person; koe: Person; customer: Person; kocs: [Person, Person] };

/** The people whom the front page of a demonstration offers to be, each with the chat to open first and a line to try. */
export async function castOf(store: Store): Promise<CastMember[]> {
  const cast = await pickCast(store);
  if (!cast) return [];
  const { manager, koe, customer, kocs } = cast;
  return [
    {
      personId: customer.id,
      name: customer.name,
      role: "顾客",
      roomId: directRoom(customer, koe),
      hint: `和 ${koe.name} 聊天`,
      says: [
        "我们家二宝下个月出生,后备箱放得下双人婴儿车吗?",
        "我经常出差,一周飞三趟",
        "预算卡死15万,再便宜点我今天就定",
      ],
    },
    {
      personId: koe.id,
      name: koe.name,
      role: "KOE",
      roomId: `bot:${koe.id}`,
      hint: "顾客一说,卡片就到这里,点一下就好",
      says: [`谁是${customer.name}`],
    },
    {
      personId: manager.id,
      name: manager.name,
      role: "经理",
      roomId: `bot:${manager.id}`,
      hint: "派任务,问数据",
      says: ["新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,20篇,12月1日前"],
    },
    ...kocs.map((koc) => ({
      personId: koc.id,
      name: koc.name,
      role: "KOC",
      roomId: `bot:${koc.id}`,
      hint: "任务卡片到这里,链接直接发",
      says: ["我的任务", "有什么任务适合我"],
    })),
  ];
}

/** Opens the chats that the cast needs: the customer with their KOE, and a group of all of them. Repeating it changes nothing. */
export async function openDemoRooms(store: Store, web: WebChannel): Promise<void> {
  const cast = await pickCast(store);
  if (!cast) return;
  const { manager, koe, customer, kocs } = cast;
  await web.openRoom({ id: directRoom(customer, koe), kind: "direct" }, [customer.id, koe.id]);
  for (const koc of kocs) await web.openRoom({ id: directRoom(koc, koe), kind: "direct" }, [koc.id, koe.id]);
  const members = [koe.id, customer.id, kocs[0].id, kocs[1].id];
  await web.openRoom({ id: "group:owners", kind: "group", title: "启程车友群" }, members);
  for (const person of [manager, koe, customer, ...kocs]) {
    await web.openRoom({ id: `bot:${person.id}`, kind: "bot" }, [person.id]);
  }
}

const directRoom = (a: Person, b: Person): string => `direct:${[a.id, b.id].sort().join(":")}`;

/** A KOE with customers and KOCs of their own, who all have agreed; the first manager. Undefined where the data has no such people. */
async function pickCast(store: Store): Promise<Cast | undefined> {
  const people = await store.read((tx) => tx.people.all());
  // The sentence that the manager is offered asks for people with children: KOCs who have some see the task arrive.
  const tags = await store.read((tx) => tx.ledger.openTags());
  const hasKids = (person: Person): boolean => tags.get(person.id)?.has("has_kids") ?? false;
  const manager = people.find((person) => hasRole(person, "manager"));
  for (const koe of people.filter((person) => hasRole(person, "koe"))) {
    const own = people.filter((person) => person.ownerId === koe.id && person.consent === "yes" && !isStaff(person));
    const customer = own.find((person) => !hasRole(person, "koc"));
    const [first, second] = own.filter((person) => hasRole(person, "koc") && hasKids(person));
    if (manager && customer && first && second) return { manager, koe, customer, kocs: [first, second] };
  }
  return undefined;
}
