import type { MinuteGrid } from "../model/minute_grid.ts";
import { floorTo } from "../model/time.ts";
import { stepOf } from "../model/timeframe.ts";
import { returnBetween } from "./returns.ts";
import { type GridTimeframe, slotAt } from "./timeframe_grid.ts";

/**
 * The newest returns of one instrument at one timeframe, each made once however many pairs read it: fifty
 * instruments are in 1,225 pairs.
 *
 * A return is kept until it is {@link invalidate}d, falls out of the ring, or the grid begins elsewhere.
 */
export class RecentReturns {
  readonly #stepMs: number;
  #grid: MinuteGrid | undefined;
  /** Open time of the slot that each place holds; NaN for none. */
  readonly #openTimes: Float64Array;
  readonly #values: Float64Array;
  readonly #possible: Uint8Array;

  /** @param slots how many are kept: those of the longest window that is read. */
  constructor(timeframe: GridTimeframe, slots: number) {
    this.#stepMs = stepOf(timeframe);
    this.#openTimes = new Float64Array(slots).fill(NaN);
    this.#values = new Float64Array(slots);
    this.#possible = new Uint8Array(slots);
  }

  /** Open time of the first minute, and how many minutes there are; NaN and 0 before the first {@link read}. */
  get start(): number {
    return this.#grid?.start ?? NaN;
  }

  get length(): number {
    return this.#grid?.length ?? 0;
  }

  /** Takes returns from these minutes from now on. */
  read(grid: MinuteGrid): void {
    const before = this.#grid;
    const isSame = before !== undefined && before.start === grid.start &&
      before.length <= grid.length;
    if (!isSame) this.#openTimes.fill(NaN);
    this.#grid = grid;
  }

  /**
   * Where the return of a slot lies, for {@link valueAt} and {@link isPossibleAt} until the next call.
   *
   * @param openTime of a slot that has ended within the grid.
   */
  placeOf(openTime: number): number {
    const slots = this.#openTimes.length;
    const place = (openTime / this.#stepMs) % slots;
    if (this.#openTimes[place] !== openTime) this.#make(place, openTime);
    return place;
  }

  /** The log return; NaN where there is none. */
  valueAt(place: number): number {
    return this.#values[place]!;
  }

  /** Whether there could be one. */
  isPossibleAt(place: number): boolean {
    return this.#possible[place] === 1;
  }

  /** Minutes that open in `[from, to)` have changed. */
  invalidate(from: number, to: number): void {
    // The slot after a changed one rests on it too.
    const first = floorTo(from, this.#stepMs), last = floorTo(to - 1, this.#stepMs) + this.#stepMs;
    const times = this.#openTimes;
    for (let place = 0; place < times.length; place++) {
      if (times[place]! >= first && times[place]! <= last) times[place] = NaN;
    }
  }

  #make(place: number, openTime: number): void {
    const grid = this.#grid;
    if (grid === undefined) throw new Error("no minutes have been read");
    const previous = slotAt(grid, this.#stepMs, openTime - this.#stepMs);
    const { value, isPossible } = returnBetween(
      grid,
      previous,
      slotAt(grid, this.#stepMs, openTime),
    );
    this.#values[place] = value;
    this.#possible[place] = isPossible ? 1 : 0;
    this.#openTimes[place] = openTime;
  }
}
