/** A hierarchy of columns: each step joins the two groups that are nearest on average. */
export interface Linkage {
  /** Columns in the order of the tree's leaves, so that neighbours are alike. */
  readonly order: number[];
  /** Steps as scipy writes them: groups `a < b` (columns first, then earlier steps), distance, size. */
  readonly steps: readonly { a: number; b: number; distance: number; size: number }[];
}

interface Group {
  readonly id: number;
  readonly leaves: number[];
}

/**
 * Average linkage (UPGMA; Sokal & Michener, University of Kansas Science Bulletin 38, 1958), as scipy's
 * `linkage(…, "average")`. O(p³), for the few dozen columns of a correlation matrix.
 *
 * @param distances rows, symmetric, zero on the diagonal; with a NaN there is no tree and the order is
 * that of the columns.
 */
export function averageLinkage(distances: readonly (readonly number[])[]): Linkage {
  const p = distances.length;
  const columns = distances.map((_, id) => id);
  if (distances.some((row) => row.some(Number.isNaN))) return { order: columns, steps: [] };
  let groups: Group[] = columns.map((id) => ({ id, leaves: [id] }));
  const steps: { a: number; b: number; distance: number; size: number }[] = [];
  const apart = distances.map((row) => [...row]);
  for (let step = 0; step < p - 1; step++) {
    const [left, right] = nearest(groups, apart);
    const a = left.id < right.id ? left : right, b = a === left ? right : left;
    const joined = { id: p + step, leaves: [...a.leaves, ...b.leaves] };
    steps.push({ a: a.id, b: b.id, distance: apart[a.id]![b.id]!, size: joined.leaves.length });
    groups = groups.filter((group) => group !== a && group !== b);
    const row: number[] = [];
    for (const { id } of groups) {
      const sum = a.leaves.length * apart[a.id]![id]! + b.leaves.length * apart[b.id]![id]!;
      row[id] = apart[id]![joined.id] = sum / joined.leaves.length;
    }
    apart[joined.id] = row;
    groups.push(joined);
  }
  return { order: groups[0]?.leaves ?? [], steps };
}

function nearest(groups: readonly Group[], apart: readonly (readonly number[])[]): [Group, Group] {
  let best: [Group, Group] = [groups[0]!, groups[1]!], least = Infinity;
  groups.forEach((a, i) => {
    for (const b of groups.slice(i + 1)) {
      const distance = apart[a.id]![b.id]!;
      if (distance < least) {
        least = distance;
        best = [a, b];
      }
    }
  });
  return best;
}
