import { expect, it } from "vitest";
import { pageRights } from "#bot/page-rights.ts";
import { actionTypes } from "#cards/action.ts";
import { type Deed, type Reach, rights, type Standing } from "#domain/rights.ts";
import { deedOfAction } from "#handlers/action-rights.ts";

const standings: Standing[] = ["manager", "koe", "koc", "customer", "nobody"];
const reaches: Record<Reach, string> = { none: "–", own: "own", team: "own and team", all: "all" };

const intro = `# Who may do what

Written from \`domain/rights.ts\`, \`handlers/action-rights.ts\` and \`bot/page-rights.ts\` by \`test/rights-page.test.ts\`, which fails where this page
is not what the code does (\`npx vitest run test/rights-page.test.ts -u\` writes it anew). 本页由代码生成。

Every tap, word, page and answer asks this table, and nothing else compares roles (\`test/architecture.test.ts\`). \`own\`: about oneself, asked of
oneself, made by oneself, or of a person whom one looks after. \`own and team\`: that of the employees in a team that one leads as well. Staff have
the rights of staff alone, also where they carry a member's role. What is refused changes nothing, shows nobody's name or figure, and says so in
Chinese or English: \`test/bot/rights-of-taps.test.ts\` and \`test/bot/rights-of-words-and-pages.test.ts\` try every button, order and page as everybody.
`;

const teams = `## Teams · 小组

A manager says \`安娜归一组\` (\`put Anna in team One\`), \`陆姐负责一组\` (\`Lu leads team One\`), \`安娜离开小组\` (\`take Anna out of their team\`), \`小组\`
(\`teams\`). A data package may bring \`teams.csv\` (\`team,person,leads\` with yes or no). Members see the people they look after, whoever leads sees the
whole team's, managers everybody's; questions follow the same rule (\`我们组有多少客户\`).

## A second yes · 第二个人同意

What reaches more than \`KOLOOP_APPROVAL_ABOVE\` people (200) waits for another manager's tap: a task's first pushes, a further wave, also those that
koloop would send by itself, and so many reviews settled at once. Downloads of tables with people in them always wait, and one yes is one download.
The card says who asked, what, how many people and until when; the asker's own tap does not count, a request ends after a day, and a task that was
changed meanwhile is asked for anew. With one manager in the brand the card says so, and their own second tap counts after
\`KOLOOP_APPROVAL_ALONE_MINUTES\` (10). \`KOLOOP_APPROVAL=off\` switches all of it off. \`待同意\` (\`approvals\`) lists what waits. Every step is a line of the
audit: \`approval.asked\`, \`given\`, \`refused\`, \`used\`, \`expired\`. Who has the machine (\`koloop export\`) needs no second yes; that it was done is kept.
`;

const code = (names: string[]): string => names.map((name) => `\`${name}\``).join(", ");

function page(): string {
  const deeds = Object.keys(rights) as Deed[];
  const rows = deeds.map((deed) => {
    const row = rights[deed];
    return `| \`${deed}\` | ${row.en} · ${row.zh} | ${standings.map((one) => reaches[row[one]]).join(" | ")} |`;
  });
  const uses = deeds.flatMap((deed) => {
    const buttons = actionTypes.filter((type) => deedOfAction[type] === deed);
    const pages = Object.keys(pageRights).filter((route) => pageRights[route] === deed);
    return buttons.length + pages.length === 0 ? [] : [`| \`${deed}\` | ${code(buttons)} | ${code(pages)} |`];
  });
  const guards = [...new Set(Object.values(pageRights))].filter((guard) => !(guard in rights));
  const others = guards.map(
    (guard) => `- **${guard}**: ${code(Object.keys(pageRights).filter((route) => pageRights[route] === guard))}`,
  );
  return [
    intro,
    "| right | what | manager | KOE | KOC | customer | not signed in |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    teams,
    "## Buttons and pages by right\n",
    "| right | buttons | pages |",
    "| --- | --- | --- |",
    ...uses,
    "",
    "Pages that something else guards:\n",
    ...others,
    "",
  ].join("\n");
}

it("docs/rights.md says what the code does", async () => {
  await expect(page()).toMatchFileSnapshot("../docs/rights.md");
});
