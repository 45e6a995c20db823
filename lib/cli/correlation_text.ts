import { UNUSUAL_BELOW } from "../charts/correlation_level.ts";
import { signed } from "../charts/estimate_text.ts";
import type { Estimate } from "../model/evidence.ts";
import type { Source } from "../model/instrument.ts";
import { alignedLines } from "../model/text_columns.ts";
import { storedText } from "../model/stored_text.ts";
import { formatUtc } from "../model/time.ts";
import type { PairCorrelation } from "../market/correlation_board.ts";

/** Tables one after the other: what has not changed since the last one is not written anew. */
export class CorrelationTexts {
  /** Of the last table, by row. */
  #cells: readonly Cell[] = [];

  /** The next table, see {@link correlationText}. */
  next(
    rows: readonly PairCorrelation[],
    options: { readonly openTime: number; readonly source: Source },
  ): string {
    const before = this.#cells;
    const cells = rows.map(({ estimate }, at) => {
      const known = before[at];
      return known?.estimate === estimate ? known : { estimate, text: cellOf(estimate) };
    });
    this.#cells = cells;
    return tableText(rows, options, (at) => cells[at]!.text);
  }
}

/** What one row says. */
interface Cell {
  readonly estimate: Estimate;
  readonly text: string;
}

/**
 * Pairs down, timeframes across: r, its 95 % interval, n of expected. What cannot be said is said to be
 * insufficient, with its n.
 *
 * @param openTime open time of the minute just closed, epoch ms UTC.
 */
export function correlationText(
  rows: readonly PairCorrelation[],
  options: { readonly openTime: number; readonly source: Source },
): string {
  return tableText(rows, options, (at) => cellOf(rows[at]!.estimate));
}

/** @param textOf what the row at that place says. */
function tableText(
  rows: readonly PairCorrelation[],
  options: { readonly openTime: number; readonly source: Source },
  textOf: (at: number) => string,
): string {
  // The venues may have said so since the market was opened.
  const isSimulated = rows.length > 0 &&
    rows.every(({ estimate }) => estimate.source === "simulated");
  const source = isSimulated ? "simulated" : options.source;
  const said = options.source === "stored" ? storedText(source) : `${source} data`;
  const windows = new Map<string, PairCorrelation["window"]>();
  for (const { timeframe, window } of rows) {
    if (!windows.has(timeframe)) windows.set(timeframe, window);
  }
  const timeframes = [...windows.keys()];
  const lineOf = new Map<string, string[]>();
  for (const [at, row] of rows.entries()) {
    let line = lineOf.get(row.pair);
    if (line === undefined) {
      line = [labelOf(row, source), ...timeframes.map(() => "")];
      lineOf.set(row.pair, line);
    }
    line[1 + timeframes.indexOf(row.timeframe)] = textOf(at);
  }
  const heads = [...windows].map(([timeframe, window]) => `${timeframe}, ${window} returns`);
  const lines = alignedLines([["", ...heads], ...lineOf.values()], { gap: "   " });
  const title = `Correlation of log returns at ${formatUtc(options.openTime + 60_000)}, ` +
    `${said}: r [95 % interval] n/expected; * below ${UNUSUAL_BELOW}`;
  return [title, ...lines].join("\n") + "\n";
}

/** The pair, with its source where that is a lesser one than the table's. */
function labelOf({ pair, estimate }: PairCorrelation, source: Source): string {
  return estimate.source === source ? pair : `${pair} (${estimate.source})`;
}

function cellOf(estimate: Estimate): string {
  const { n, expected } = estimate;
  if (estimate.kind === "insufficient") return `insufficient ${n}/${expected}`;
  const [lo, hi] = estimate.ci;
  const mark = estimate.value < UNUSUAL_BELOW ? "*" : " ";
  return `${signed(estimate.value)}${mark}[${signed(lo)}, ${signed(hi)}] ${n}/${expected}`;
}
