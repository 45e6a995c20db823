import type { Instrument } from "../../../lib/model/instrument.ts";
import { type MinuteGrid, MinuteStatus } from "../../../lib/model/minute_grid.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import type { StudyQuery, StudyScope } from "../../../lib/sync/studies/study.ts";
import { studyScope } from "../../../lib/sync/studies/study_scope.ts";

/** Monday, midnight UTC. */
export const FROM = Date.UTC(2026, 0, 12);

/** Minutes without a gap from closes; opens are the closes before them. */
export function gridOf(close: Float64Array, start = FROM): MinuteGrid {
  const open = close.map((price, row) => row === 0 ? price : close[row - 1]!);
  const length = close.length;
  return {
    start,
    length,
    open,
    high: close.map((price, row) => Math.max(price, open[row]!)),
    low: close.map((price, row) => Math.min(price, open[row]!)),
    close,
    volume: new Float64Array(length).fill(1),
    status: new Uint8Array(length).fill(MinuteStatus.Stream),
    contract: new Uint8Array(length).fill(1),
  };
}

export function coin(id: string): Instrument {
  return { id, venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" };
}

/** A scope over whole days of the model's coins, from its first day on; what breaks does so long after. */
export function coinScope(seed: number, ids: readonly string[], query: StudyQuery): StudyScope {
  const market = createMarketModel({ seed, from: FROM, breaksAt: FROM + 90 * DAY });
  const length = query.days * DAY / MINUTE;
  const sides = ids.map((id) => {
    const close = Float64Array.from(
      { length },
      (_, row) => market.minute(id, FROM + row * MINUTE)?.close ?? NaN,
    );
    return { instrument: coin(id), grid: gridOf(close) };
  });
  return studyScope(sides, query);
}
