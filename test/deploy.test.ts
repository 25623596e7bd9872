import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { dutiesOf, readRole } from "#bot/roles.ts";

type Service = { command?: string[]; profiles?: string[] };
const url = "postgresql://koloop@postgres/koloop";
const services = Object.entries(
  (parse(readFileSync("compose.yaml", "utf8"), { merge: true }) as { services: Record<string, Service> }).services,
).filter(([, { command }]) => command !== undefined);
const roleOf = ({ command }: Service) => readRole(command?.at(-1), url);

it("the compose file starts two for HTTP, two workers, and two candidates for each vendor connection", () => {
  const roles = services.map(([, service]) => roleOf(service));

  for (const role of ["http", "worker", "channel:wecom", "channel:telegram"])
    expect(
      roles.filter((each) => each === role),
      role,
    ).toHaveLength(2);
  expect(services.every(([, { command }]) => command?.slice(0, 3).join(" ") === "node scripts/koloop.mjs start")).toBe(
    true,
  );
});

it("all roles together do what one process does", () => {
  const duties = ["http", "worker", "channel:telegram"].map((role) => dutiesOf(readRole(role, url)));

  expect(duties.map(({ http }) => http)).toEqual([true, false, false]);
  expect(duties.map(({ clock }) => clock)).toEqual([false, true, false]);
  expect(duties.map(({ holds }) => holds("telegram"))).toEqual([false, false, true]);
  expect(duties.map(({ carries }) => carries("web"))).toEqual([true, true, false]);
});

it("a role on SQLite, and a role that is none, are refused with what to do", () => {
  expect(() => readRole("http", "file:./data/koloop.db")).toThrow("koloop migrate --to");
  expect(() => readRole("queue", url)).toThrow("http, worker or channel:NAME");
});
