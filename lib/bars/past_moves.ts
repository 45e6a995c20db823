import { SortedWindow } from "../stats/rolling/sorted_window.ts";

/** How many times the usual size a move must be to be extreme. */
export const EXTREME = 8;

/** The usual size of the last moves (absolute log returns), to judge the next one by. */
export class PastMoves {
  readonly #moves: SortedWindow;
  readonly #least: number;

  /** @param options.minPast fewest moves from which a usual size is estimated. */
  constructor({ window = 240, minPast = 30 }: { window?: number; minPast?: number } = {}) {
    this.#moves = new SortedWindow(window);
    this.#least = minPast;
  }

  /**
   * Standard deviation of a normal variable with these absolute values, by the median; by the mean where
   * more than half of them are zero, as in a market that seldom trades. NaN with too few moves.
   */
  get usual(): number {
    if (this.#moves.n < this.#least) return NaN;
    const { median } = this.#moves;
    return median > 0 ? 1.4826 * median : 1.2533 * this.#moves.mean;
  }

  /** @param move NaN where there is none. */
  push(move: number): void {
    if (!Number.isNaN(move)) this.#moves.push(move);
  }
}

/** `moved 1.20 %, 9.4 times the usual spread`. */
export function moveText(move: number, usual: number): string {
  if (!(usual > 0)) return `moved ${(100 * move).toFixed(2)} %`;
  return `moved ${(100 * move).toFixed(2)} %, ${(move / usual).toFixed(1)} times the usual spread`;
}
