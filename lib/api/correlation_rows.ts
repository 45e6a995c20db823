import type { PairCorrelation } from "../market/correlation_board.ts";
import { row } from "./pages.ts";

/** Columns of a correlation with its evidence. */
export const CORRELATION_COLUMNS = [
  "pair",
  "timeframe",
  "window",
  "r",
  "lo",
  "hi",
  "n",
  "expected",
  "from",
  "to",
  "method",
  "source",
  "reason",
];

/** One row; r is null with a reason where there is too little. */
export function correlationRow({ pair, timeframe, window, estimate }: PairCorrelation) {
  const isKnown = estimate.kind === "ok";
  return row(
    pair,
    timeframe,
    window,
    isKnown ? estimate.value : undefined,
    isKnown ? estimate.ci[0] : undefined,
    isKnown ? estimate.ci[1] : undefined,
    estimate.n,
    estimate.expected,
    estimate.from,
    estimate.to,
    estimate.method,
    estimate.source,
    isKnown ? undefined : estimate.reason,
  );
}
