import { calendarOf } from "../calendar/instrument_calendar.ts";
import { gridOfBars, type MinuteColumns } from "../bars/grid_of_bars.ts";
import type { AlertRule } from "../model/alert.ts";
import type { Instrument } from "../model/instrument.ts";
import { type Interval, MINUTE } from "../model/time.ts";
import type { JudgedTrade } from "./judge.ts";
import type {
  Rehearsal,
  RehearsedInstrument,
  RehearsedTrades,
  RehearseOptions,
} from "./rehearsal.ts";
import { RehearsalRun } from "./rehearsal_run.ts";

/**
 * Judges every minute of a history by these rules, with the code that judges a live market. What a live market knows
 * beyond its bars is not there: `silence` counts minutes without a bar, and `offset` is unknown. A rule of
 * `timeframe: tick` is judged on the trades of its instrument.
 *
 * @param rules as `parseRule` checks them.
 * @throws {RangeError} for a rule of ticks without trades, and for more columns or alerts than can be held.
 */
export function rehearse(
  rules: readonly AlertRule[],
  history: readonly RehearsedInstrument[],
  options: RehearseOptions = {},
): Rehearsal {
  const run = new RehearsalRun(rules, history, options);
  const tapes = run.ticking.map((id) => {
    const trades = history.find(({ instrument }) => instrument.id === id)?.trades;
    if (trades !== undefined) return tapeOf(id, trades);
    const { name } = rules.find(({ of, timeframe }) => of === id && timeframe === "tick")!;
    throw new RangeError(
      `timeframe of rule ${name} is tick, and there are no trades of ${id}: rehearse it as 1m, or on a store that keeps trades (data.trades: true)`,
    );
  });
  while (!run.isOver) {
    const end = run.next + MINUTE;
    run.trades(tapes.flatMap((tape) => tape(end)));
    run.minute();
  }
  return run.finish();
}

/** Takes trades in order. @returns those before a time that have not been taken. */
function tapeOf(instrument: string, { time, price }: RehearsedTrades) {
  let row = 0;
  return (end: number): JudgedTrade[] => {
    const taken: JudgedTrade[] = [];
    for (; row < time.length && time[row]! < end; row++) {
      taken.push({ instrument, time: time[row]!, price: price[row]! });
    }
    return taken;
  };
}

/** Bars as history for a rehearsal. */
export function rehearsedBars(
  instrument: Instrument,
  bars: MinuteColumns,
  options: {
    readonly source: string;
    /** Number of the contract month of a bar. @default one for all */
    readonly contractAt?: (openTime: number) => number;
    /** Stretches of which the venue has no bars. @default none is known */
    readonly absences?: readonly Interval[];
  },
): RehearsedInstrument {
  const { source, contractAt = () => 0, absences = [] } = options;
  const calendar = calendarOf(instrument);
  const isOpen = (time: number) => calendar.isOpen(time);
  const grid = gridOfBars(bars, { isOpen, contractAt, absences });
  return { instrument, grid, source };
}
