import type { Table } from "../../export/table.ts";
import type { Instrument } from "../../model/instrument.ts";
import { MarketError } from "../../model/errors.ts";
import type { Interval } from "../../model/time.ts";
import type { BarTimeframe, CorrelatedTimeframe, Timeframe } from "../../model/timeframe.ts";
import type { StoreReader } from "../store.ts";
import type { StoredMinutes } from "./stored_minutes.ts";

/** Which rows of what; everything may be left out. */
export interface ExportQuery {
  /** Id of an instrument. @default the only one stored, or all where a table has several */
  readonly symbol?: string;
  /** `BTCUSDT/ES`. @default every pair of what is traded */
  readonly pair?: string;
  /** @default "1m"; of correlations those configured */
  readonly timeframe?: string;
  /** Bars or returns in a window. @default the timeframe's */
  readonly window?: number;
  /** Only rows that open at or after this time, epoch ms UTC. @default the first stored */
  readonly from?: number;
  /** Only rows that open before this time, epoch ms UTC. @default the end of what is stored */
  readonly to?: number;
}

/** What an export rests on. */
export interface ExportSource {
  readonly reader: StoreReader;
  readonly minutes: StoredMinutes;
  /** Everything stored. */
  readonly instruments: readonly Instrument[];
  /** Of the configuration. */
  readonly windows: Readonly<Partial<Record<CorrelatedTimeframe, number>>>;
  readonly timeframes: readonly Timeframe[];
  /** Names of pairs, such as `BTCUSDT/ES`; null: every pair of what is traded. */
  readonly pairs: readonly string[] | null;
}

/** A table, and what it was made with: enough to make it again. */
export interface MadeTable {
  readonly table: Table;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Something that can be exported: one file here, one line in its registry. */
export interface ExportKind {
  /** In a list: a few words. */
  readonly title: string;
  /** What a query may name, beside from and to. */
  readonly takes: readonly ("symbol" | "pair" | "timeframe" | "window")[];
  /** What it can be of where it is of one instrument; undefined where it is of several. */
  readonly isOf?: (instrument: Instrument) => boolean;
  /** Lengths of bars that it is made of; empty for one that takes no timeframe. */
  readonly timeframes: readonly BarTimeframe[];
  /** @throws {MarketError} `export` for what is not stored, or does not go together. */
  table(source: ExportSource, query: ExportQuery): Promise<MadeTable>;
}

/** What was asked for is not to be had. */
export class ExportRefusal extends MarketError {
  /** The option that is wrong or lacking; undefined where it is none of them alone. */
  readonly option: keyof ExportQuery | undefined;

  /** @param message a sentence with its full stop */
  constructor(message: string, option?: keyof ExportQuery) {
    super("export", "configure", message);
    this.option = option;
  }
}

/**
 * The instrument that a query names, or the only one.
 *
 * @param option which option of the query named it
 * @throws {MarketError} `export` naming those stored.
 */
export function instrumentOf(
  { instruments }: Pick<ExportSource, "instruments">,
  symbol?: string,
  option: "symbol" | "pair" = "symbol",
): Instrument {
  const ids = instruments.map(({ id }) => id).join(", ") || "nothing";
  if (symbol === undefined) {
    const [only, ...others] = instruments;
    if (only !== undefined && others.length === 0) return only;
    const message = `An instrument must be named, one of those stored: ${ids}.`;
    throw new ExportRefusal(message, "symbol");
  }
  const found = instruments.find(({ id }) => id === symbol);
  if (found !== undefined) return found;
  throw new ExportRefusal(`${symbol} is not stored; there is ${ids}.`, option);
}

/** What a query asks for of a span that is stored. */
export function rangeOf({ from, to }: ExportQuery, span: Interval): Interval {
  return { from: Math.max(from ?? -Infinity, span.from), to: Math.min(to ?? Infinity, span.to) };
}

/** Ends of a query as a manifest holds them: null where they are open. */
export function rangeParameters({ from, to }: ExportQuery) {
  return { from: from ?? null, to: to ?? null };
}
