/**
 * The known theme that a title speaks of: the one most of whose character pairs stand in it; at least half, or the title begins a
 * theme of its own.
 */
export function themeOf(title: string, known: readonly string[]): string {
  let best = { theme: title, share: 0.5 };
  for (const theme of known) {
    const pairs = pairsOf(theme);
    const share = pairs.filter((pair) => title.includes(pair)).length / Math.max(1, pairs.length);
    if (share >= best.share) best = { theme, share };
  }
  return best.theme;
}

function pairsOf(text: string): string[] {
  const chars = [...text];
  return chars.length < 2 ? chars : chars.slice(1).map((char, i) => `${chars[i]}${char}`);
}
