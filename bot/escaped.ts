const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Words as text of a page or of an attribute in quotes: none of them is read as HTML. */
export const escaped = (words: string): string => words.replace(/[&<>"']/g, (sign) => entities[sign] as string);
