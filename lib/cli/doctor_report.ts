import type { Finding } from "../feeds/finding.ts";

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
