/** A profile as the page shows it: every word is chosen here, in the reader's language. */
export type ProfileView = {
  id: string;
  name: string;
  roles: string[];
  facts: string[];
  dimensions: { name: string; tags: ProfileTag[] }[];
  suggestions: string[];
  segments: { name: string; since: string; because: string; rule: string }[];
  tasks: { name: string; value: string }[];
  timeline: { day: string; text: string; undone: boolean }[];
};
type ProfileTag = {
  id: string;
  label: string;
  line: string;
  share: number;
  age: string;
  by: string;
  quote: string | null;
  fading: boolean;
  locked: boolean;
};
