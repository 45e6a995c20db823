import type { BarColumns } from "../bars/bar_table.ts";
import { ceilTo, type Interval, MINUTE, SECOND } from "../model/time.ts";
import type { Store, StoredBars, StoredCoverage } from "./store.ts";

/** A stored minute that is not what its stored trades make. */
export interface Discrepancy {
  readonly instrument: string;
  readonly openTime: number;
  /** Names of the columns that differ. */
  readonly columns: readonly string[];
}

/** What a {@link TradeResampler} needs. */
export interface ResamplerOptions {
  readonly store: Store;
  /** Called for each minute that differs from the bar of its trades. */
  readonly onDiscrepancy: (found: Discrepancy) => void;
  /** False where a venue numbers no trades: its minutes are of trades that nobody was sent. */
  readonly numbersTrades: (instrument: string) => boolean;
}

/** Lengths of bars that are made, each in pieces of so many ms. */
const LENGTHS = [
  { stepMs: SECOND, pieceMs: MINUTE },
  { stepMs: 5 * MINUTE, pieceMs: 5 * MINUTE },
] as const;
/** Pieces of one instrument and length in one turn. */
const PIECES = 5;
/** Sums of sizes in another order differ by this part at most. */
const ROUNDING = 1e-9;
const ALL = { from: -Infinity, to: Infinity };

/**
 * Makes bars of one second and of five minutes from stored trades, where these are whole, and compares the minutes of
 * the venue with what its trades make. What is to be done follows from coverage alone, so it goes on after a restart
 * and takes in trades that were healed later.
 */
export class TradeResampler {
  readonly #options: ResamplerOptions;

  constructor(options: ResamplerOptions) {
    this.#options = options;
  }

  /**
   * Does a bounded part of what is due.
   *
   * @param isOver ends it behind the piece under way: of many instruments a turn takes longer than a store has to close.
   * @returns whether there is more.
   */
  async turn(isOver: () => boolean = () => false): Promise<boolean> {
    let hasMore = false;
    for (const { id } of await this.#options.store.instruments()) {
      for (const length of LENGTHS) {
        if (isOver()) return true;
        const due = await this.#due(id, length);
        for (const piece of due.slice(0, PIECES)) {
          if (isOver()) return true;
          await this.#make(id, length.stepMs, piece);
        }
        hasMore ||= due.length > PIECES;
      }
    }
    return hasMore;
  }

  /** Whole pieces in which every trade is stored and whose bars are not, oldest first: one more than is done. */
  async #due(
    instrument: string,
    { stepMs, pieceMs }: { readonly stepMs: number; readonly pieceMs: number },
  ): Promise<Interval[]> {
    const { store } = this.#options;
    const whole = joined(await store.coverage({ instrument, stepMs: 0, ...ALL }));
    if (whole.length === 0) return [];
    const made = joined(await store.coverage({ instrument, stepMs, ...ALL }));
    const due: Interval[] = [];
    for (const { from, to } of whole) {
      let at = 0;
      for (let time = ceilTo(from, pieceMs); time + pieceMs <= to; time += pieceMs) {
        while (at < made.length && made[at]!.to <= time) at++;
        if (made[at] !== undefined && made[at]!.from <= time) continue;
        due.push({ from: time, to: time + pieceMs });
        if (due.length > PIECES) return due;
      }
    }
    return due;
  }

  async #make(instrument: string, stepMs: number, piece: Interval): Promise<void> {
    const { store } = this.#options;
    const { from, to } = piece;
    const bars = storable(await store.tradeBars({ instrument, from, to, stepMs }), store.dataKind);
    const coverage = [{ instrument, stepMs, from, to, state: "complete", reason: "" }] as const;
    await store.write({ bars: [{ instrument, stepMs, bars }], coverage });
    if (stepMs === SECOND && this.#options.numbersTrades(instrument)) {
      await this.#compare(instrument, piece);
    }
  }

  async #compare(instrument: string, { from, to }: Interval): Promise<void> {
    const { store, onDiscrepancy } = this.#options;
    const query = { instrument, from, to, stepMs: MINUTE };
    const made = await store.tradeBars(query), bars = await store.bars(query);
    bars.openTime.forEach((openTime, row) => {
      const at = made.openTime.indexOf(openTime);
      if (at < 0) {
        // A venue may have a bar of a minute without a trade: then its volume is nothing.
        if (bars.volume[row]! > 0) onDiscrepancy({ instrument, openTime, columns: ["trades"] });
        return;
      }
      const columns = (["open", "high", "low", "close", "volume"] as const).filter((name) => {
        const a = made[name][at]!, b = bars[name][row]!;
        return Math.abs(a - b) > ROUNDING * Math.max(Math.abs(a), Math.abs(b));
      });
      if (columns.length > 0) onDiscrepancy({ instrument, openTime, columns });
    });
  }
}

/** Complete stretches, those that touch joined: a store cuts them at midnight. */
function joined(rows: readonly StoredCoverage[]): Interval[] {
  const whole: { from: number; to: number }[] = [];
  for (const { from, to, state } of rows) {
    if (state !== "complete") continue;
    const last = whole.at(-1);
    if (last?.to === from) last.to = to;
    else whole.push({ from, to });
  }
  return whole;
}

function storable(bars: BarColumns, source: StoredBars["source"][number]): StoredBars {
  const { openTime, open, high, low, close, volume, trades, vwap } = bars;
  const { length } = openTime;
  return {
    openTime,
    open,
    high,
    low,
    close,
    volume,
    trades,
    vwap,
    revision: new Uint16Array(length),
    source: new Array<typeof source>(length).fill(source),
  };
}
