/** What is held of one day of UTC of one instrument; minutes. Those still to come are in none. */
export interface CoverageDay {
  /** Start of the day, epoch ms UTC. */
  readonly day: number;
  readonly held: number;
  readonly missing: number;
  /** The market was shut, or its venue has no bar. */
  readonly closed: number;
  /** Why most of what is missing is; empty where nothing is, or nobody knows. */
  readonly reason: string;
}

/** What a day is called by its numbers. `closed`: nothing could be held. */
export type CoverageDayState = "complete" | "partly" | "missing" | "closed";

export function stateOfDay({ held, missing }: CoverageDay): CoverageDayState {
  if (held + missing === 0) return "closed";
  if (missing === 0) return "complete";
  return held === 0 ? "missing" : "partly";
}
