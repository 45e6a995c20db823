/** A slow judge, written from the specification alone: it looks at the whole history at every minute. */

/** One judged minute: a value, or undefined where it is not known. */
export type Judged = number | undefined;

export interface ReferenceRule {
  readonly fires: (value: number) => boolean;
  readonly clears: (value: number) => boolean;
  /** Minutes. */
  readonly holdFor: number;
  readonly keepFor: number;
}

/** What becomes of an alert, and at which minute. */
export interface ReferenceChange {
  readonly state: "firing" | "resolved";
  readonly at: number;
  readonly since: number;
}

/** Every change, by the text of the contract. */
export function referenceChanges(
  values: readonly Judged[],
  rule: ReferenceRule,
): ReferenceChange[] {
  const changes: ReferenceChange[] = [];
  let from = 0;
  while (from < values.length) {
    const fired = firstFiring(values, from, rule);
    if (fired === undefined) break;
    changes.push({ state: "firing", at: fired.at, since: fired.since });
    const resolvedAt = firstResolved(values, fired.at, rule);
    if (resolvedAt === undefined) break;
    changes.push({ state: "resolved", at: resolvedAt, since: fired.since });
    from = resolvedAt + 1;
  }
  return changes;
}

/** The first minute at which every known value since the excursion began fires, for long enough. */
function firstFiring(
  values: readonly Judged[],
  from: number,
  { fires, holdFor }: ReferenceRule,
): { readonly at: number; readonly since: number } | undefined {
  for (let at = from; at < values.length; at++) {
    const value = values[at];
    if (value === undefined || !fires(value)) continue;
    const stretch = values.slice(from, at + 1);
    const quiet = stretch.findLastIndex((one) => one !== undefined && !fires(one));
    const since = from + stretch.findIndex((one, i) => i > quiet && one !== undefined);
    if (at - since >= holdFor) return { at, since };
  }
  return undefined;
}

/** The first minute after it fired at which every known value since it began to clear clears, for long enough. */
function firstResolved(
  values: readonly Judged[],
  firedAt: number,
  { clears, keepFor }: ReferenceRule,
): number | undefined {
  for (let at = firedAt + 1; at < values.length; at++) {
    const value = values[at];
    if (value === undefined || !clears(value)) continue;
    const stretch = values.slice(firedAt, at + 1);
    // The minute that fired does not clear.
    const other = Math.max(
      0,
      stretch.findLastIndex((one) => one !== undefined && !clears(one)),
    );
    const began = firedAt + stretch.findIndex((one, i) => i > other && one !== undefined);
    if (at - began >= keepFor) return at;
  }
  return undefined;
}
