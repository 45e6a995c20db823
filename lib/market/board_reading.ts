import type { Source } from "../model/instrument.ts";
import type { MinuteGrid } from "../model/minute_grid.ts";
import { RecentReturns } from "../sync/recent_returns.ts";
import { SharedReturns } from "../sync/shared_returns.ts";
import type { GridTimeframe } from "../sync/timeframe_grid.ts";

/** Where a {@link BoardReading} takes what it holds. */
export interface ReadingSources {
  gridOf(instrument: string): MinuteGrid;
  /** What an instrument's data is where that is less than the market's. */
  lesserOf(instrument: string): Source | undefined;
  returnsOf(instrument: string): readonly RecentReturns[];
}

/** What all pairs read in one go of the board: made once an instrument, and forgotten with it. */
export class BoardReading {
  readonly #sources: ReadingSources;
  readonly #grids = new Map<string, MinuteGrid>();
  readonly #lesser = new Map<string, Source | undefined>();
  readonly #live = new Map<string, readonly RecentReturns[]>();
  readonly #recent = new Map<string, RecentReturns>();
  #shared: SharedReturns | undefined;

  constructor(sources: ReadingSources) {
    this.#sources = sources;
  }

  gridOf(instrument: string): MinuteGrid {
    return kept(this.#grids, instrument, () => this.#sources.gridOf(instrument));
  }

  /** What an instrument's data is where that is less than the market's. */
  lesserOf(instrument: string): Source | undefined {
    return kept(this.#lesser, instrument, () => this.#sources.lesserOf(instrument));
  }

  /** The board's own returns of an instrument, one a timeframe, up to its newest minutes. */
  liveReturns(instrument: string): readonly RecentReturns[] {
    return kept(this.#live, instrument, () => {
      const returns = this.#sources.returnsOf(instrument);
      for (const each of returns) each.read(this.gridOf(instrument));
      return returns;
    });
  }

  /** Returns for a window that the board does not keep; the same timeframe and window at each call. */
  recentReturns(instrument: string, timeframe: GridTimeframe, window: number): RecentReturns {
    return kept(this.#recent, instrument, () => {
      const returns = new RecentReturns(timeframe, window);
      returns.read(this.gridOf(instrument));
      return returns;
    });
  }

  /** All returns of a timeframe, the same at each call. */
  sharedReturns(timeframe: GridTimeframe): SharedReturns {
    return this.#shared ??= new SharedReturns(timeframe);
  }
}

function kept<Value>(known: Map<string, Value>, id: string, make: () => Value): Value {
  if (!known.has(id)) known.set(id, make());
  return known.get(id)!;
}
