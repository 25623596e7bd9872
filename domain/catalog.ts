export type NameKind = "person" | "koe" | "segment" | "tag" | "task" | "theme" | "city" | "platform" | "post";

/** Something that has a name, as questions may mention it. `absent`: known to the world, and not used by this brand. */
export type Named = { kind: NameKind; id: string; name: string; also?: string[]; absent?: true };

/** All that has a name, and who looks after whom. Made anew when people, tasks or segments change. */
export type Catalog = {
  named: readonly Named[];
  owners: ReadonlyMap<string, string | null>;
};
