import type { ChartAlert } from "./chart_alert.ts";
import type { DataRemark } from "./data_remark.ts";
import type { Bar } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import type { Interval } from "../model/time.ts";

/** A stretch without bars: the market was shut, or it was open and minutes are missing. */
export interface SeriesBreak extends Interval {
  readonly kind: "session" | "gap";
}

/** Where bars begin to be of the next contract month. */
export interface Roll {
  readonly time: number;
  /** `ESZ5` */
  readonly from: string;
  /** `ESH6` */
  readonly to: string;
}

/** What is drawn in one panel. */
export interface PriceSeries {
  /** `ES`, `BTCUSDT`. */
  readonly id: string;
  /** `ES Futures (CME via IBKR Paper)`. */
  readonly label: string;
  readonly source: Source;
  /** Oldest first, of one timeframe. The last may still be forming: it is drawn paler. */
  readonly bars: readonly Bar[];
  readonly breaks: readonly SeriesBreak[];
  readonly rolls: readonly Roll[];
  /** Decimals of its prices. */
  readonly decimals: number;
  /** Where the newest bar is not of now: said in the panel's header, its last price grey. @default it is */
  readonly remark?: DataRemark;
  /** Alerts of rules that watch it, oldest first. @default none */
  readonly alerts?: readonly ChartAlert[];
  /** Volume-weighted average price, one value a bar, NaN where unknown. @default not drawn */
  readonly vwap?: ArrayLike<number>;
}
