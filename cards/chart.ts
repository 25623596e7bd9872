/** One drawing area of a picture. Missing values are null: a gap, never a zero. */
export type Panel = {
  title: string;
  kind: "bars" | "lines";
  /** The names along the axis; bars lie, so that long names can be read. */
  names: string[];
  series: { name: string; values: (number | null)[] }[];
  /** Shares are from 0 to 1 and shown in percent. */
  unit: "count" | "share";
};

/** A picture in words and numbers; `bot/chart.ts` draws it. `alt` says what it shows to those who can't see it. */
export type Chart = { title: string; note: string; alt: string; panels: Panel[] };
