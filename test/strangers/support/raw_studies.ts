/** What the studies of notebook 06 find at one moment, to the last digit: for `studies_check.py`. */
import type { Market } from "../../../lib/market/market.ts";
import { copiedGrid } from "../../../lib/model/minute_grid.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { secondPricesOf } from "../../../lib/notebook/panels/second_prices_of.ts";
import { regimes } from "../../../lib/stats/dynamics/regimes.ts";
import { ewmaStandardised } from "../../../lib/stats/correlation/volatility_adjusted.ts";
import { causalityStudy } from "../../../lib/sync/studies/causality.ts";
import { correlationPathStudy } from "../../../lib/sync/studies/correlation_path.ts";
import { daySessionsStudy } from "../../../lib/sync/studies/day_sessions.ts";
import { hourMapStudy } from "../../../lib/sync/studies/hour_map.ts";
import { leadStudy } from "../../../lib/sync/studies/lead.ts";
import { marketMatrixStudy } from "../../../lib/sync/studies/market_matrix.ts";
import { marketRegimesStudy } from "../../../lib/sync/studies/market_regimes.ts";
import type { StudyQuery } from "../../../lib/sync/studies/study.ts";
import { studyPairs } from "../../../lib/sync/studies/study_pairs.ts";
import { studyScope } from "../../../lib/sync/studies/study_scope.ts";
import { tailsStudy } from "../../../lib/sync/studies/tails.ts";

const TIME_ZONE = "America/Chicago";
const ROWS = ["1m", "5m", "15m", "1h", "4h"] as const;

/** @param ids of a pair, then of others for the matrix. */
export function rawStudies(market: Market, ids: readonly string[]): string {
  const sides = ids.map((id) => {
    const instrument = market.instruments.find((one) => one.id === id)!;
    return { instrument, grid: copiedGrid(market.minuteGrid(id)) };
  });
  const scopeOf = (
    timeframe: StudyQuery["timeframe"],
    hours: StudyQuery["hours"] = "all",
    markets = 2,
  ) => studyScope(sides.slice(0, markets), { timeframe, days: 7, hours });
  const minutes = scopeOf("1m"), fives = scopeOf("5m");
  const names = { first: "a", second: "b" };
  const pairs = studyPairs(fives);
  const columns = [ewmaStandardised(pairs.a), ewmaStandardised(pairs.b)];
  const seconds = { a: secondPricesOf(market, ids[0]!), b: secondPricesOf(market, ids[1]!) };
  const found = {
    ids,
    minutesTo: Math.min(...sides.map(({ grid }) => grid.start + grid.length * MINUTE)),
    sessions: daySessionsStudy.run(fives, null),
    hours: hourMapStudy.run(minutes, { timeZone: TIME_ZONE, rows: ROWS }),
    usHours: hourMapStudy.run(scopeOf("1m", "us"), { timeZone: TIME_ZONE, rows: ROWS }),
    weekdays: hourMapStudy.run(fives, { timeZone: TIME_ZONE, rows: "weekdays" }),
    granger: causalityStudy.run(minutes, null),
    lead: leadStudy.run(minutes, { names }),
    seconds,
    leadOfSeconds: leadStudy.run(minutes, { names, seconds }),
    path: correlationPathStudy.run(scopeOf("15m"), { window: 32, mostRows: 10_000 }),
    matrix: marketMatrixStudy.run(scopeOf("5m", "all", ids.length), null),
    tails: tailsStudy.run(fives, null),
    regimes: marketRegimesStudy.run(fives, { mostRows: 10_000 }),
    model: regimes(columns, { states: "auto", starts: 8 }),
  };
  return JSON.stringify(
    found,
    (_, value) => ArrayBuffer.isView(value) ? [...value as never] : value,
  );
}
