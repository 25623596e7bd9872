/** A table of the dashboards as the page draws it; the words are the reader's. */
export type DashboardView = {
  table: string;
  title: string;
  /** The epoch milliseconds that every number is as of. */
  asOf: string;
  columns: { key: string; label: string; how: string }[];
  rows: {
    id: string;
    name: string;
    /** `report`: where this row's health report stands. */
    report?: string;
    /** One for each column: as shown, the number to sort by, and whether rows stand behind it. */
    cells: { text: string; value: number | null; hasRows: boolean }[];
  }[];
};

/** The rows behind one number, the newest first. `more`: there are others that are not shown. */
export type BehindView = {
  title: string;
  how: string;
  rows: { at: string; person: string; task: string; text: string }[];
  more: boolean;
};

export const dashboardTables = ["tasks", "segments", "themes", "kocs", "koes"] as const;
export type DashboardTable = (typeof dashboardTables)[number];
