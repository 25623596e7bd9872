export type NameKind = "person" | "koe" | "segment" | "tag" | "task" | "theme" | "city" | "platform" | "post";

/** Something of the brand's that has a name, as questions may mention it. */
export type Named = { kind: NameKind; id: string; name: string; also?: string[] };

/** All that has a name, and who looks after whom. Made anew when people, tasks or segments change. */
export type Catalog = {
  named: readonly Named[];
  owners: ReadonlyMap<string, string | null>;
};
