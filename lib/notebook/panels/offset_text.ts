/** A clock's offset with its half-width: `+0.12 ± 0.03 s`; in days where a simulation lives in another time. */
export function offsetText(offsetMs: number, uncertaintyMs: number): string {
  if (Number.isNaN(offsetMs)) return "unknown";
  const sign = offsetMs < 0 ? "−" : "+";
  const size = Math.abs(offsetMs);
  if (size >= 86_400_000) return `${sign}${Math.round(size / 86_400_000)} days`;
  return `${sign}${(size / 1_000).toFixed(2)} ± ${(uncertaintyMs / 1_000).toFixed(2)} s`;
}
