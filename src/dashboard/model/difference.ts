/** A line of a difference: kept, taken away, or added. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Lines of unchanged text shown around a change. */
const AROUND = 2;

/**
 * The difference of two texts by lines (longest common subsequence), without what is far from any change. Empty when
 * they are equal.
 */
export function differenceOf(before: string, after: string): DiffLine[] {
  if (before === after) return [];
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  // Lengths of the longest common sequences of what is left from a place on, row by row from the end.
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = fresh.length - 1; column >= 0; column--) {
      const same = old[row] === fresh[column];
      const found = same ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      lengths[row]?.fill(found, column, column + 1);
    }
  }
  const all: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < fresh.length) {
    const [gone, come] = [old[row], fresh[column]];
    if (gone !== undefined && gone === come) {
      all.push({ sign: ' ', text: gone });
      row++;
      column++;
    } else if (gone !== undefined && (come === undefined || at(row + 1, column) >= at(row, column + 1))) {
      all.push({ sign: '-', text: gone });
      row++;
    } else {
      all.push({ sign: '+', text: come ?? '' });
      column++;
    }
  }
  return all.filter((_, place) =>
    all.slice(Math.max(0, place - AROUND), place + AROUND + 1).some(({ sign }) => sign !== ' '),
  );
}
