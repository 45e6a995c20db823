import type { Severity } from "../model/alert.ts";

/** An alert as a chart marks it. Times are venue time, epoch ms UTC. */
export interface ChartAlert {
  readonly rule: string;
  readonly severity: Severity;
  /** When it fired. */
  readonly from: number;
  /** When it resolved; null while it goes on. */
  readonly to: number | null;
}
