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

/** True when something that is needed is not in order. */
export function hasTrouble(findings: readonly Finding[]): boolean {
  return findings.some(({ fix, isNeeded }) => fix !== undefined && isNeeded);
}

/** One line a finding, `ok   …` or `fix  … → what to do`, and a line that sums them up. */
export function reportOf(findings: readonly Finding[], source: string): string {
  const lines = findings.map(({ name, what, fix, isNeeded }) => {
    if (fix === undefined) return `ok   ${name}: ${what}`;
    return `fix  ${name}: ${what} → ${fix}${isNeeded ? "" : ` (not needed for source: ${source})`}`;
  });
  const toDo = findings.filter(({ fix, isNeeded }) => fix !== undefined && isNeeded).length;
  const sum = toDo === 0
    ? `All that source: ${source} needs is in order.`
    : `${toDo} of the ${findings.length} checks must be put right for source: ${source}.`;
  return [...lines, "", sum, ""].join("\n");
}
