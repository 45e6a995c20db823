/** What both sides are called in sentences. */
export interface SideNames {
  /** `the store` */
  readonly ours: string;
  /** `es.csv` */
  readonly theirs: string;
}

/** What one sentence is about. `verdict` comes first. */
export interface ComparisonSentence {
  readonly about: "verdict" | "time" | "price" | "moves" | "volume" | "missing" | "rows";
  readonly text: string;
  /** Whether it is as it should be. */
  readonly isGood: boolean;
}
