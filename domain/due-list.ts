/** A binary heap of [time, key]: what falls due next is at the front. Plain JSON. */
export type DueList = [due: number, key: string][];

const before = (a: [number, string], b: [number, string]): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

export function addDue(list: DueList, due: number, key: string): void {
  let i = list.push([due, key]) - 1;
  while (i > 0) {
    const up = (i - 1) >> 1;
    if (!before(list[i]!, list[up]!)) return;
    [list[i], list[up]] = [list[up]!, list[i]!];
    i = up;
  }
}

/** Takes the next entry that is due at or before `at`, if there is one. Equal times leave in the order of their keys. */
export function takeDue(list: DueList, at: number): [number, string] | undefined {
  if (list.length === 0 || list[0]![0] > at) return undefined;
  const first = list[0]!;
  const last = list.pop()!;
  if (list.length === 0) return first;
  list[0] = last;
  for (let i = 0; ; ) {
    let least = i;
    for (const child of [2 * i + 1, 2 * i + 2])
      if (child < list.length && before(list[child]!, list[least]!)) least = child;
    if (least === i) return first;
    [list[i], list[least]] = [list[least]!, list[i]!];
    i = least;
  }
}
