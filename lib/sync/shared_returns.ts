import { type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { stepOf } from "../model/timeframe.ts";
import { type Returns, returnsOf } from "./returns.ts";
import type { GridTimeframe } from "./timeframe_grid.ts";

/** Returns of one timeframe, made once for each grid, whichever pairs it is in. */
export class SharedReturns {
  readonly timeframe: GridTimeframe;
  readonly #from: number;
  readonly #known = new Map<MinuteGrid, Returns>();

  /** @param from no slot that opens before this time is asked for, epoch ms. @default all of each grid */
  constructor(timeframe: GridTimeframe, from = -Infinity) {
    this.timeframe = timeframe;
    // The first return starts from the slot before.
    this.#from = from - stepOf(timeframe);
  }

  /** @param grid the same object for the same minutes. */
  of(grid: MinuteGrid): Returns {
    let returns = this.#known.get(grid);
    if (returns === undefined) {
      returns = returnsOf(minutesWithin(grid, this.#from), this.timeframe);
      this.#known.set(grid, returns);
    }
    return returns;
  }
}
