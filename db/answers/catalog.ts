import type { Catalog, Named } from "#domain/catalog.ts";
import { platformNames } from "#domain/platform.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import type { Sql } from "../sql.ts";

type Held = { mark: string; catalog: Catalog };
const held = new WeakMap<object, Held>();

/**
 * Everything that has a name. `keeper` remembers it until people, tasks or segments change, so that a question costs one small query
 * for it.
 */
export async function loadCatalog(sql: Sql, keeper: object, taxonomy: Taxonomy): Promise<Catalog> {
  const row = await sql.get<Record<string, number | string | null>>(
    `SELECT (SELECT COUNT(*) FROM person) AS people, (SELECT MAX(updated_at) FROM person) AS person_at, (SELECT COUNT(*) FROM task) AS tasks,
       (SELECT MAX(updated_at) FROM task) AS task_at, (SELECT COUNT(*) FROM segment) AS segments, (SELECT MAX(updated_at) FROM segment) AS segment_at,
       (SELECT COUNT(*) FROM submission) AS posts`,
  );
  const mark = JSON.stringify(row);
  const known = held.get(keeper);
  if (known?.mark === mark) return known.catalog;
  const catalog = await read(sql, taxonomy);
  held.set(keeper, { mark, catalog });
  return catalog;
}

async function read(sql: Sql, taxonomy: Taxonomy): Promise<Catalog> {
  const people = await sql.all<{
    id: string;
    name: string;
    roles: string;
    owner_id: string | null;
    city: string | null;
  }>("SELECT id, name, roles, owner_id, city FROM person WHERE merged_into IS NULL");
  const tasks = await sql.all<{ id: string; title: string; theme: string }>("SELECT id, title, theme FROM task");
  const segments = await sql.all<{ id: string; name: string }>("SELECT id, name FROM segment WHERE status = 'active'");
  const platforms = await sql.all<{ platform: string }>("SELECT DISTINCT platform FROM submission");
  const cities = [...new Set(people.map((p) => p.city).filter((c): c is string => c !== null))];
  const named: Named[] = [
    ...people.map(
      (p): Named => ({ kind: p.roles.split(" ").includes("koe") ? "koe" : "person", id: p.id, name: p.name }),
    ),
    ...segments.map((s): Named => ({ kind: "segment", id: s.id, name: s.name, also: [s.id.replace(/_/g, " ")] })),
    ...tasks.map((t): Named => ({ kind: "task", id: t.id, name: t.title })),
    ...[...new Set(tasks.map((t) => t.theme))].map((theme): Named => ({ kind: "theme", id: theme, name: theme })),
    ...cities.map((city): Named => ({ kind: "city", id: city, name: city, also: [`${city}市`] })),
    ...platformsIn(platforms.map((p) => p.platform)),
    ...tagsIn(taxonomy),
  ];
  return { named, owners: new Map(people.map((p) => [p.id, p.owner_id])) };
}

const platformsIn = (inUse: readonly string[]): Named[] =>
  platformNames.map((p) => ({
    kind: "platform",
    id: p.platform,
    name: p.zh,
    also: [p.en, ...p.aliases.filter((a) => a.length > 1)],
    ...(!inUse.includes(p.platform) && { absent: true as const }),
  }));

/** A tag is also called by what stands after its colon: 空间 for 关注点:空间. */
function tagsIn(taxonomy: Taxonomy): Named[] {
  return [...taxonomy.tags.values()]
    .filter((tag) => !tag.open && !tag.retired)
    .map((tag) => ({ kind: "tag", id: tag.key, name: tag.zh, also: [tag.en, tag.key.replace(/_/g, " ")] }));
}
