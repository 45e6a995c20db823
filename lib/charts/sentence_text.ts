/** `p 0.012`, `p < 0.001`, `p unknown`. */
export function pText(p: number): string {
  if (!Number.isFinite(p)) return "p unknown";
  return p < 0.001 ? "p < 0.001" : `p ${p.toFixed(3)}`;
}

/** A share in whole per cent: `24 %`. */
export function shareText(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : "unknown";
}

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The same, as a sentence begins. */
export function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
