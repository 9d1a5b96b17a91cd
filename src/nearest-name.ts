/**
 * The known name that a mistyped one most likely meant, or `undefined` when none is near: invariant 10 wants
 * every refusal of an unknown name to say what was meant. Case does not count.
 */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  const typed = wrong.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    // A third of the letters wrong is still a slip of the fingers; more is another word.
    const most = Math.max(1, Math.floor(Math.max(typed.length, name.length) / 3));
    // A stranger's name may be megabytes long; each letter that the other lacks is an edit.
    if (Math.abs(typed.length - name.length) > most) continue;
    const edits = distance(typed, name.toLowerCase());
    if (edits <= most && edits < bestDistance) {
      best = name;
      bestDistance = edits;
    }
  }
  return best;
}

/** Optimal string alignment: letters inserted, dropped, replaced, or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = cell(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(beforeLast, j - 2) + 1 : replaced;
      row.push(Math.min(replaced, swapped, cell(last, j) + 1, cell(row, j - 1) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return cell(last, b.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
