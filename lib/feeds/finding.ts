/** What one check found. */
export interface Finding {
  /** What was checked: `IB Gateway`. */
  readonly name: string;
  /** What is the case. */
  readonly what: string;
  /** What to do about it; undefined when all is well. */
  readonly fix: string | undefined;
  /** False when Comove works without it on the configured source. */
  readonly isNeeded: boolean;
}

/** A check that went well. */
export function ok(name: string, what: string): Finding {
  return { name, what, fix: undefined, isNeeded: true };
}

/** A check that found something to do. */
export function broken(name: string, what: string, fix: string): Finding {
  return { name, what, fix, isNeeded: true };
}

/** The same finding, but of something that is not needed. */
export function optional(finding: Finding): Finding {
  return { ...finding, isNeeded: false };
}
