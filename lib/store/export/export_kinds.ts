import { exportAligned } from "./export_aligned.ts";
import { exportAlerts } from "./export_alerts.ts";
import { exportBars } from "./export_bars.ts";
import { exportCorrelation } from "./export_correlation.ts";
import { exportDifferences } from "./export_differences.ts";
import { exportFunding } from "./export_funding.ts";
import { type ExportKind, ExportRefusal } from "./export_kind.ts";
import { exportSpread, exportZscore } from "./export_spread.ts";
import { exportStatistics } from "./export_statistics.ts";
import { exportTrades } from "./export_trades.ts";

/** Everything that can be exported, by the name that `--what` takes. */
export const EXPORT_KINDS = {
  bars: exportBars,
  trades: exportTrades,
  funding: exportFunding,
  aligned: exportAligned,
  correlation: exportCorrelation,
  spread: exportSpread,
  zscore: exportZscore,
  differences: exportDifferences,
  statistics: exportStatistics,
  alerts: exportAlerts,
} as const satisfies Readonly<Record<string, ExportKind>>;

/** Name of something that can be exported. */
export type ExportWhat = keyof typeof EXPORT_KINDS;

/** A text as such a name. @throws {MarketError} `export` naming those there are. */
export function exportWhat(text: string): ExportWhat {
  if (Object.hasOwn(EXPORT_KINDS, text)) return text as ExportWhat;
  throw new ExportRefusal(
    `what must be one of ${Object.keys(EXPORT_KINDS).join(", ")}, got ${text}.`,
  );
}
