export type TeamOrder =
  | { kind: "join"; person: string; team: string }
  | { kind: "lead"; person: string; team: string }
  | { kind: "leave"; person: string }
  | { kind: "list" };

const team = '([^\\s,,。.!!??]{1,20}?(?:组|队|部|team)|[「“"][^」”"]{1,30}[」”"])';
const name = '[「“"]?([^\\s,,。.!!??「」“”"]{1,30}?)[」”"]?';
const end = "\\s*[。.!!]?$";

const orders: readonly { form: RegExp; read: (a: string, b: string) => TeamOrder }[] = [
  {
    form: /^(?:\/teams|小组(?:列表)?|团队列表|(?:有|现在有)(?:哪些|几个)(?:小组|组)|teams|list teams)\s*[??。.]?$/i,
    read: () => ({ kind: "list" }),
  },
  {
    form: new RegExp(
      `^${name}\\s*(?:负责|带|领导|来带|当|做|任|是)\\s*${team}\\s*(?:的?组长|的?负责人|的?队长)?${end}`,
      "i",
    ),
    read: (person, named) => ({ kind: "lead", person, team: named }),
  },
  {
    form: new RegExp(
      `^${team}\\s*(?:的)?(?:组长|负责人|队长)\\s*(?:是|为|归|由|换成|改为)\\s*${name}\\s*(?:来?(?:当|做|负责))?${end}`,
      "i",
    ),
    read: (named, person) => ({ kind: "lead", person, team: named }),
  },
  {
    form: new RegExp(
      `^(?:把|让|请)?\\s*${name}\\s*(?:归到|归入|归|加入|加到|划到|划入|调到|调入|分到|进入?|转到)\\s*${team}${end}`,
      "i",
    ),
    read: (person, named) => ({ kind: "join", person, team: named }),
  },
  {
    form: new RegExp(
      `^(?:把|让|请)?\\s*${name}\\s*(?:离开|退出|移出|不在)(?:小组|组|团队|原来的组|现在的组)(?:了)?${end}`,
      "i",
    ),
    read: (person) => ({ kind: "leave", person }),
  },
  {
    form: /^(?:\/team\s+)?(?:put|move|add)\s+(.{1,30}?)\s+(?:in|into|to)\s+(?:the\s+)?(?:team\s+["“]?(.{1,30}?)["”]?|["“]?(.{1,30}?)["”]?\s+team)\s*[.!]?$/i,
    read: (person, named) => ({ kind: "join", person, team: named }),
  },
  {
    form: /^(.{1,30}?)\s+(?:leads|heads)\s+(?:the\s+)?(?:team\s+["“]?(.{1,30}?)["”]?|["“]?(.{1,30}?)["”]?\s+team)\s*[.!]?$/i,
    read: (person, named) => ({ kind: "lead", person, team: named }),
  },
  {
    form: /^(?:take\s+|remove\s+)(.{1,30}?)\s+(?:out of|from)\s+(?:the|their|his|her)\s+team\s*[.!]?$/i,
    read: (person) => ({ kind: "leave", person }),
  },
];

/** `小王归一组`, `小李负责一组`, `小王离开小组`, `小组`, `put Wang in team one`: a manager's word about teams; undefined for other words. */
export function readTeamOrder(text: string): TeamOrder | undefined {
  const said = text.trim();
  for (const { form, read } of orders) {
    const match = form.exec(said);
    if (!match) continue;
    const [, first = "", second, third] = match;
    return read(bare(first), bare(second ?? third ?? ""));
  }
  return undefined;
}

const bare = (name: string): string => name.trim().replace(/^[「“"]|[」”"]$/g, "");
