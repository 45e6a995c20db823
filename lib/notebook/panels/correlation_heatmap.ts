import { hourMapPicture } from "../../charts/hour_map_table.ts";
import { exchangeZone } from "../../calendar/exchange_zone.ts";
import { LocalClock } from "../../calendar/local_clock.ts";
import type { Market } from "../../market/market.ts";
import { type HourMapSettings, hourMapStudy } from "../../sync/studies/hour_map.ts";
import type { GridTimeframe } from "../../sync/timeframe_grid.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { pairOf } from "./pair_of.ts";
import { studyPanel, type StudyPanelOptions } from "./study_panel.ts";

/** Options of {@link correlationHeatmap}. */
export interface CorrelationHeatmapOptions extends StudyPanelOptions {
  /** A row for each timeframe from 1m to 4h, or for each weekday at one timeframe. @default "timeframes" */
  readonly rows?: "timeframes" | "weekdays";
  /** Whose clock the hours are read from, by its IANA name. @default that of the future's exchange, else UTC */
  readonly timeZone?: string;
}

const ROWS: readonly GridTimeframe[] = ["1m", "5m", "15m", "1h", "4h"];

/**
 * Correlation by time of day: which hours differ from the others, and which only seem to. A star stands where a
 * difference holds after the correction for all cells looked at.
 *
 * @throws {TypeError} for an option that it does not have; {RangeError} for a value that is none of those allowed.
 */
export function correlationHeatmap(
  market: Market,
  options: CorrelationHeatmapOptions = {},
): Panel {
  const { a, b } = pairOf(market, options.pair);
  const { rows = "timeframes" } = options;
  if (rows !== "timeframes" && rows !== "weekdays") {
    throw plainError(
      new RangeError(`rows of correlationHeatmap must be "timeframes" or "weekdays", got ${rows}`),
    );
  }
  const isByWeekday = rows === "weekdays";
  const sides = market.instruments.filter(({ id }) => id === a || id === b);
  const timeZone = zoneOf(options.timeZone ?? exchangeZone(sides));
  const settings: HourMapSettings = { timeZone, rows: isByWeekday ? "weekdays" : ROWS };
  return studyPanel(market, options, {
    name: "correlationHeatmap",
    title: isByWeekday ? "correlation by hour and weekday" : "correlation by time of day",
    study: hourMapStudy,
    settings: () => settings,
    timeframe: isByWeekday ? "5m" : "1m",
    timeframes: isByWeekday ? ["1m", "5m", "15m", "1h"] : ["1m"],
    days: 30,
    ownOptions: { rows: true, timeZone: true },
    refresh: "15m",
    again: (next) => correlationHeatmap(next, options),
    show: (map, { labels, timeframe, theme }) =>
      hourMapPicture(map, isByWeekday ? { labels, timeframe, theme } : { labels, theme }),
  });
}

function zoneOf(name: string): string {
  try {
    return new LocalClock(name).timeZone;
  } catch (cause) {
    const rule = "must be the IANA name of a time zone, such as America/Chicago";
    throw plainError(
      new RangeError(`timeZone of correlationHeatmap ${rule}, got ${name}`, { cause }),
    );
  }
}
