import { isTradable, type TradingMode } from "../../model/trading_mode.ts";
import { SECOND } from "../../model/time.ts";

/** A mode, and the venue time at which it was said. */
interface Said {
  readonly mode: TradingMode;
  readonly time: number;
}

/** Trades are dated by another clock than the one that a mode was read by, ms. */
const CLOCKS_APART_MS = 5 * SECOND;

/**
 * What a venue lets be done with one product: said of it alone, or of all its products at once. Unknown until it is
 * said, and once more when the question fails or a trade contradicts it.
 *
 * @example
 * ```ts
 * import { TradingState } from "./trading_state.ts";
 * import assert from "node:assert/strict";
 * const state = new TradingState(() => {});
 * state.take("cancel-only", 1_000);
 * assert.equal(state.mode, "cancel-only");
 * state.traded(60_000);
 * assert.equal(state.mode, undefined);
 * ```
 */
export class TradingState {
  readonly #onChange: (mode: TradingMode) => void;
  #own: Said | undefined;
  #venue: Said | undefined;
  #reported: TradingMode = "online";

  /** @param onChange called for each mode that is another than the one before; the first is taken to be `online`. */
  constructor(onChange: (mode: TradingMode) => void) {
    this.#onChange = onChange;
  }

  /** Undefined while unknown. What holds for all products goes before, unless it is that all is as usual. */
  get mode(): TradingMode | undefined {
    return this.#venue === undefined || this.#venue.mode === "online"
      ? this.#own?.mode ?? this.#venue?.mode
      : this.#venue.mode;
  }

  /** True where the venue has said that nothing trades. */
  get isHalted(): boolean {
    return this.mode !== undefined && !isTradable(this.mode);
  }

  /** Said of the product; undefined where the venue has not, or in words that are not known. */
  take(mode: TradingMode | undefined, time: number): void {
    this.#own = mode === undefined ? undefined : { mode, time };
    this.#report();
  }

  /** Said of all products; undefined where it has to be said anew, on another connection. */
  takeVenue(mode: TradingMode | undefined, time: number): void {
    this.#venue = mode === undefined ? undefined : { mode, time };
    this.#report();
  }

  /** A trade was made then. */
  traded(time: number): void {
    const stands = (said: Said | undefined) =>
      said !== undefined && (isTradable(said.mode) || time <= said.time + CLOCKS_APART_MS);
    if (!stands(this.#own)) this.#own = undefined;
    if (!stands(this.#venue)) this.#venue = undefined;
  }

  #report(): void {
    const { mode } = this;
    if (mode === undefined || mode === this.#reported) return;
    this.#reported = mode;
    this.#onChange(mode);
  }
}
