import type { ComponentType } from "preact";
import { Dashboards } from "./dashboards.tsx";
import type { IconName } from "./icons.tsx";
import { Me } from "./me.tsx";
import { People } from "./people.tsx";
import { Segments } from "./segments.tsx";
import { Tasks } from "./tasks.tsx";
import type { Word } from "./words.ts";

/** A page beside the chats: `#/<path>` and `#/<path>/<id>`. `roles`: who sees it; left out, everybody does. */
export type Page = {
  path: string;
  word: Word;
  icon: IconName;
  roles?: string[];
  /** Shown in the rail; a page that is only linked to says no. */
  inRail: boolean;
  view: ComponentType<{ id?: string }>;
};

/** The pages, in the order of the rail. A new one is a line here and a view; its data comes from a route under `/api/`. */
export const pages: Page[] = [
  { path: "people", word: "contacts", icon: "people", roles: ["koe", "manager"], inRail: true, view: People },
  { path: "tasks", word: "tasks", icon: "tasks", roles: ["manager"], inRail: true, view: Tasks },
  { path: "segments", word: "segments", icon: "segments", roles: ["manager"], inRail: true, view: Segments },
  { path: "dashboards", word: "dashboards", icon: "report", roles: ["manager"], inRail: true, view: Dashboards },
  { path: "me", word: "me", icon: "me", inRail: true, view: Me },
];

export function pagesFor(roles: string[]): Page[] {
  return pages.filter((page) => !page.roles || page.roles.some((role) => roles.includes(role)));
}

export function hasPage(path: string, roles: string[]): boolean {
  return pagesFor(roles).some((page) => page.path === path);
}
