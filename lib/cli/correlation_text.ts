import { UNUSUAL_BELOW } from "../charts/correlation_level.ts";
import { signed } from "../charts/estimate_text.ts";
import type { Estimate } from "../model/evidence.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { alignedLines } from "../model/text_columns.ts";
import { storedText } from "../model/stored_text.ts";
import { formatUtc } from "../model/time.ts";
import type { PairCorrelation } from "../market/correlation_board.ts";
import { pairLabel, shortLabels } from "../market/instrument_label.ts";

/**
 * Pairs down, timeframes across: r, its 95 % interval, n of expected. What cannot be said is said to be
 * insufficient, with its n.
 *
 * @param openTime open time of the minute just closed, epoch ms UTC.
 * @param instruments those of the market: pairs are named as the panels name them.
 */
export function correlationText(
  rows: readonly PairCorrelation[],
  options: {
    readonly openTime: number;
    readonly source: Source;
    readonly instruments: readonly Instrument[];
  },
): string {
  // The venues may have said so since the market was opened.
  const isSimulated = rows.length > 0 &&
    rows.every(({ estimate }) => estimate.source === "simulated");
  const source = isSimulated ? "simulated" : options.source;
  const said = options.source === "stored" ? storedText(source) : `${source} data`;
  const timeframes = [...new Set(rows.map((row) => row.timeframe))];
  const pairs = [...new Set(rows.map((row) => row.pair))];
  const windowOf = (timeframe: string) =>
    rows.find((row) => row.timeframe === timeframe)?.window ?? "";
  const cells = [
    ["", ...timeframes.map((timeframe) => `${timeframe}, ${windowOf(timeframe)} returns`)],
    ...pairs.map((pair) => [
      labelOf(pair, rows, { ...options, source }),
      ...timeframes.map((timeframe) => {
        const row = rows.find((r) => r.pair === pair && r.timeframe === timeframe);
        return row === undefined ? "" : cellOf(row.estimate);
      }),
    ]),
  ];
  const lines = alignedLines(cells, { gap: "   " });
  const title = `Correlation of log returns at ${formatUtc(options.openTime + 60_000)}, ` +
    `${said}: r [95 % interval] n/expected; * below ${UNUSUAL_BELOW}`;
  return [title, ...lines].join("\n") + "\n";
}

/** The pair, with its source where that is a lesser one than the table's. */
function labelOf(
  pair: string,
  rows: readonly PairCorrelation[],
  { source, instruments }: { readonly source: Source; readonly instruments: readonly Instrument[] },
): string {
  const own = rows.find((row) => row.pair === pair)?.estimate.source ?? source;
  const title = pairTitle(pair, instruments);
  return own === source ? title : `${title} (${own})`;
}

/** `BTC/USDT – ES` for the pair `BTCUSDT/ES`. */
export function pairTitle(pair: string, instruments: readonly Instrument[]): string {
  const [a = "", b = ""] = pair.split("/");
  return pairLabel({ a, b }, shortLabels(instruments));
}

function cellOf(estimate: Estimate): string {
  const { n, expected } = estimate;
  if (estimate.kind === "insufficient") return `insufficient ${n}/${expected}`;
  const [lo, hi] = estimate.ci;
  const mark = estimate.value < UNUSUAL_BELOW ? "*" : " ";
  return `${signed(estimate.value)}${mark}[${signed(lo)}, ${signed(hi)}] ${n}/${expected}`;
}
