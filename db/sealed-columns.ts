/** A column whose cells lie sealed. `key`: what tells the row, and so where a cell belongs. */
export type SealedColumn = {
  /** Stands in each cell, so it never changes. */
  code: string;
  table: string;
  column: string;
  key: readonly string[];
  /** The column that names whose words they are; none: koloop's own, under the key of the house. */
  owner?: string;
};

/**
 * What lies sealed where a master key is set: what people said, and what koloop wrote about them. What is looked up, sorted or counted by
 * its value stays plain; docs/privacy.md lists it with the reasons.
 */
export const sealedColumns: readonly SealedColumn[] = [
  { code: "m", table: "message", column: "text", key: ["id"], owner: "from_id" },
  { code: "e", table: "tag_event", column: "quote", key: ["id"], owner: "person_id" },
  { code: "h", table: "tag_hold", column: "quote", key: ["id"], owner: "person_id" },
  { code: "q", table: "suggestion", column: "quote", key: ["id"], owner: "person_id" },
  { code: "n", table: "assignment", column: "decline_note", key: ["id"], owner: "person_id" },
  { code: "d", table: "dialogue", column: "state", key: ["person_id", "channel"], owner: "person_id" },
  { code: "o", table: "outbox", column: "body", key: ["id"] },
  { code: "c", table: "card_place", column: "body", key: ["channel", "room", "card_key"] },
  { code: "w", table: "web_post", column: "body", key: ["id"] },
  { code: "x", table: "dead_event", column: "body", key: ["id"] },
];

export const sealedIn = (table: string): readonly SealedColumn[] =>
  sealedColumns.filter((column) => column.table === table);

/** How every sealed cell begins. */
export const sealedPrefix = "sealed1:";

/** The condition that a cell is sealed, so that its words cannot be looked for by the database. */
export const isSealed = (column: string): string => `${column} LIKE '${sealedPrefix}%'`;
