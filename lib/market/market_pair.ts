import type { Source } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import { type PairOptions, type PairSettings, pairSettings } from "../pairs/pair_settings.ts";
import type { PairColumns, PairReading } from "../pairs/pair_state.ts";
import type { PairTests } from "../pairs/pair_tests.ts";
import type { AfterTurn } from "../runtime/after_turn.ts";
import type { Clock, Timer } from "../runtime/clock.ts";
import { LivePairState, type PairMarket } from "./live_pair_state.ts";
import { lesserOf } from "./lesser_source.ts";
import type { MarketListener } from "./event_bus.ts";

/** Kept so long after its last reader has left, on the machine's clock: one that asks each minute finds it again. */
const KEPT_MS = 1.5 * MINUTE;

export interface MarketPairsOptions {
  readonly market: PairMarket & {
    onEvent(callback: MarketListener, name?: string): () => void;
    sourceOf(instrument: string): Source;
  };
  readonly clock: Clock;
  readonly afterTurn: AfterTurn;
  /** Runs what a reader passed in; what it throws goes no further. */
  readonly isolated: (work: () => void) => void;
}

/** The live pairs of a market: one state for all readers of the same pair with the same options. */
export class MarketPairs {
  readonly #options: MarketPairsOptions;
  readonly #shared = new Map<string, SharedPair>();
  #stopListening: (() => void) | undefined;

  constructor(options: MarketPairsOptions) {
    this.#options = options;
  }

  /** States that are kept now. */
  get size(): number {
    return this.#shared.size;
  }

  open(y: string, x: string, options: PairOptions = {}): MarketPair {
    const settings = pairSettings(options);
    const { market } = this.#options;
    for (const id of [y, x]) market.sourceOf(id);
    if (y === x) throw new RangeError(`y and x must be two instruments, got ${y} twice`);
    const key = JSON.stringify([y, x, Object.values(settings)]);
    const known = this.#shared.get(key);
    if (known !== undefined) return known.handle();
    this.#stopListening ??= market.onEvent((event) => {
      if (event.kind === "unfollow") this.#left(event.instrument);
      for (const { state } of this.#shared.values()) state.take(event);
    }, "pairs");
    const shared = new SharedPair({ ...this.#options, y, x, settings }, () => {
      this.#shared.delete(key);
      if (this.#shared.size === 0) this.#stop();
    });
    this.#shared.set(key, shared);
    return shared.handle();
  }

  /** Ends all of them. */
  close(): void {
    for (const shared of [...this.#shared.values()]) shared.end();
    this.#stop();
  }

  #left(instrument: string): void {
    for (const shared of [...this.#shared.values()]) {
      if (shared.y === instrument || shared.x === instrument) shared.end();
    }
  }

  #stop(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
  }
}

interface SharedPairOptions extends MarketPairsOptions {
  readonly y: string;
  readonly x: string;
  readonly settings: PairSettings;
}

/** One state and its readers. */
class SharedPair {
  readonly y: string;
  readonly x: string;
  readonly state: LivePairState;
  readonly #options: SharedPairOptions;
  readonly #onEnd: () => void;
  readonly #handles = new Set<MarketPair>();
  readonly #listeners = new Map<MarketPair, Set<(pair: MarketPair) => void>>();
  #timer: Timer | undefined;

  constructor(options: SharedPairOptions, onEnd: () => void) {
    const { market, y, x, settings, clock, afterTurn } = options;
    this.y = y;
    this.x = x;
    this.#options = options;
    this.#onEnd = onEnd;
    this.state = new LivePairState({
      market,
      y,
      x,
      settings,
      clock,
      afterTurn,
      onChange: () => this.#changed(),
      onFault: (error) =>
        options.isolated(() => {
          throw error;
        }),
    });
  }

  get source(): Source {
    const { market } = this.#options;
    return lesserOf([this.y, this.x].map((id) => market.sourceOf(id)));
  }

  handle(): MarketPair {
    this.#timer?.cancel();
    const handle = new MarketPair(this);
    this.#handles.add(handle);
    return handle;
  }

  listen(handle: MarketPair, listener: (pair: MarketPair) => void): () => void {
    const own = this.#listeners.get(handle) ?? new Set();
    own.add(listener);
    this.#listeners.set(handle, own);
    return () => void own.delete(listener);
  }

  leave(handle: MarketPair): void {
    this.#listeners.delete(handle);
    if (!this.#handles.delete(handle) || this.#handles.size > 0) return;
    this.#timer = this.#options.clock.setTimer(() => this.end(), KEPT_MS);
  }

  end(): void {
    this.#timer?.cancel();
    this.#handles.clear();
    this.#listeners.clear();
    this.state.end();
    this.#onEnd();
  }

  #changed(): void {
    for (const [handle, listeners] of this.#listeners) {
      for (const listener of listeners) this.#options.isolated(() => listener(handle));
    }
  }
}

/**
 * A pair of a market bar by bar: hedge ratios, spread, past-only z-score and correlation at each closed bar, and its
 * tests once a minute. Readers of the same pair with the same options share one state; it is released a while after the
 * last has closed.
 */
export class MarketPair implements Disposable {
  readonly #shared: SharedPair;

  /** @param shared made by `market.pair`. */
  constructor(shared: SharedPair) {
    this.#shared = shared;
  }

  get y(): string {
    return this.#shared.y;
  }

  get x(): string {
    return this.#shared.x;
  }

  /** `Y/X`, by ids. */
  get name(): string {
    return `${this.y}/${this.x}`;
  }

  /** The options with every default. */
  get settings(): PairSettings {
    return this.#shared.state.settings;
  }

  /** What its data is: the lesser of the two sides. */
  get source(): Source {
    return this.#shared.source;
  }

  /** Resolves once all rows there are have been taken in: at the start that is done in slices of some milliseconds. */
  ready(): Promise<void> {
    return this.#shared.state.ready();
  }

  /** Where it stands at the newest closed bar; undefined before the first. */
  get latest(): PairReading | undefined {
    return this.#shared.state.latest;
  }

  /** The newest `history` rows, oldest first: views, to be read at once. */
  get columns(): PairColumns {
    return this.#shared.state.columns;
  }

  /** The newest tests; undefined until the first are made, some turns after it was opened. */
  get tests(): PairTests | undefined {
    return this.#shared.state.tests;
  }

  /** Makes the tests of the newest rows now, in parts of some milliseconds. */
  refreshTests(): Promise<PairTests> {
    return this.#shared.state.refreshTests();
  }

  /**
   * Calls back after each closed bar, after rows were made again, and after new tests.
   *
   * @returns ends it.
   */
  onChange(listener: (pair: MarketPair) => void): () => void {
    return this.#shared.listen(this, listener);
  }

  close(): void {
    this.#shared.leave(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
