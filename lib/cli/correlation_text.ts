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
  /** Of the last table. */
  #cells = new Map<Estimate, string>();

  /** The next table, see {@link correlationText}. */
  next(
    rows: readonly PairCorrelation[],
    options: { readonly openTime: number; readonly source: Source },
  ): string {
    const cells = new Map<Estimate, string>();
    const text = tableText(rows, options, (estimate) => {
      const cell = this.#cells.get(estimate) ?? cellOf(estimate);
      cells.set(estimate, cell);
      return cell;
    });
    this.#cells = cells;
    return text;
  }
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
  return tableText(rows, options, cellOf);
}

function tableText(
  rows: readonly PairCorrelation[],
  options: { readonly openTime: number; readonly source: Source },
  textOf: (estimate: Estimate) => string,
): string {
  // The venues may have said so since the market was opened.
  const isSimulated = rows.length > 0 &&
    rows.every(({ estimate }) => estimate.source === "simulated");
  const source = isSimulated ? "simulated" : options.source;
  const said = options.source === "stored" ? storedText(source) : `${source} data`;
  const timeframes = [...new Set(rows.map((row) => row.timeframe))];
  const pairs = [...Map.groupBy(rows, (row) => row.pair)];
  const windowOf = (timeframe: string) =>
    rows.find((row) => row.timeframe === timeframe)?.window ?? "";
  const cells = [
    ["", ...timeframes.map((timeframe) => `${timeframe}, ${windowOf(timeframe)} returns`)],
    ...pairs.map(([pair, ofPair]) => [
      labelOf(pair, ofPair, source),
      ...timeframes.map((timeframe) => {
        const row = ofPair.find((each) => each.timeframe === timeframe);
        return row === undefined ? "" : textOf(row.estimate);
      }),
    ]),
  ];
  const lines = alignedLines(cells, { gap: "   " });
  const title = `Correlation of log returns at ${formatUtc(options.openTime + 60_000)}, ` +
    `${said}: r [95 % interval] n/expected; * below ${UNUSUAL_BELOW}`;
  return [title, ...lines].join("\n") + "\n";
}

/** The pair, with its source where that is a lesser one than the table's. */
function labelOf(pair: string, ofPair: readonly PairCorrelation[], source: Source): string {
  const own = ofPair[0]?.estimate.source ?? source;
  return own === source ? pair : `${pair} (${own})`;
}

function cellOf(estimate: Estimate): string {
  const { n, expected } = estimate;
  if (estimate.kind === "insufficient") return `insufficient ${n}/${expected}`;
  const [lo, hi] = estimate.ci;
  const mark = estimate.value < UNUSUAL_BELOW ? "*" : " ";
  return `${signed(estimate.value)}${mark}[${signed(lo)}, ${signed(hi)}] ${n}/${expected}`;
}
