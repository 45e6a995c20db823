/** A measure of a series at several scales: sizes in rows, and what was measured there. */
export interface ScalingLaw {
  readonly sizes: number[];
  readonly values: number[];
}
