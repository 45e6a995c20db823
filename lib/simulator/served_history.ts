/** An answer of history that a simulated venue gave: which bars were in it. */
export interface ServedHistory {
  /** The venue's symbol: `BTCUSDT`, `ESZ5`. */
  readonly symbol: string;
  /** Open times, epoch ms UTC, oldest first. */
  readonly openTimes: readonly number[];
}

/** Called with each answer of history as it is given, to see what clients ask for again. */
export type OnHistory = (served: ServedHistory) => void;
