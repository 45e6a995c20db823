import type { SeriesBreak } from "../../lib/charts/price_series.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { type MinuteGrid, MinuteStatus } from "../../lib/model/minute_grid.ts";
import { HOUR, type Interval, MINUTE } from "../../lib/model/time.ts";

/** Two markets that move together, with what makes charts hard: a break, a roll, and lost minutes. */
export interface ChartData {
  readonly bitcoin: readonly Bar[];
  readonly future: readonly Bar[];
  readonly breaks: readonly SeriesBreak[];
  readonly rolls: readonly number[];
}

export const START = Date.UTC(2025, 11, 1, 13, 0);

/**
 * @param minutes from {@link START}. The future pauses for minutes 1140 to 1199, rolls at minute 1260 and
 * has lost minutes 1290 to 1294; bitcoin has lost 1300 and 1301. The future follows bitcoin by a minute.
 */
export function chartData(minutes: number): ChartData {
  const random = seeded(20_251_201);
  const bitcoin: Bar[] = [], future: Bar[] = [];
  const shut = { from: START + 19 * HOUR, to: START + 20 * HOUR, kind: "session" } as const;
  const lost = { from: START + 1_290 * MINUTE, to: START + 1_295 * MINUTE, kind: "gap" } as const;
  let bitcoinPrice = 86_500, futurePrice = 6_812, before = 0;
  for (let i = 0; i < minutes; i++) {
    const openTime = START + i * MINUTE;
    const common = random() - 0.5;
    const step = (own: number) => (before * 0.8 + own * 0.6) * 0.0012;
    const next = bitcoinPrice * (1 + (common + 0.4 * (random() - 0.5)) * 0.0018);
    const nextFuture = futurePrice * (1 + step(random() - 0.5));
    if (i < 1300 || i > 1301) bitcoin.push(bar(openTime, bitcoinPrice, next, random, 0.01, 24));
    if ((openTime < shut.from || openTime >= shut.to) && (i < 1290 || i > 1294)) {
      future.push({
        ...bar(openTime, futurePrice, nextFuture, random, 0.25, 1_900),
        contract: i < 1260 ? "ESZ5" : "ESH6",
      });
    }
    bitcoinPrice = next;
    futurePrice = nextFuture;
    before = common;
  }
  return { bitcoin, future, breaks: [shut, lost], rolls: [START + 1_260 * MINUTE] };
}

/** The bars as the market keeps them. */
export function gridOf(
  bars: readonly Bar[],
  minutes: number,
  shut: readonly Interval[],
): MinuteGrid {
  const column = () => new Float64Array(minutes).fill(NaN);
  const grid = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const status = new Uint8Array(minutes), contract = new Uint8Array(minutes);
  for (let row = 0; row < minutes; row++) {
    const time = START + row * MINUTE;
    const isShut = shut.some(({ from, to }) => time >= from && time < to);
    status[row] = isShut ? MinuteStatus.OutOfSession : MinuteStatus.Unknown;
  }
  for (const bar of bars) {
    const row = (bar.openTime - START) / MINUTE;
    grid.open[row] = bar.open;
    grid.high[row] = bar.high;
    grid.low[row] = bar.low;
    grid.close[row] = bar.close;
    grid.volume[row] = bar.volume;
    status[row] = MinuteStatus.Stream;
    contract[row] = bar.contract === "ESH6" ? 1 : 0;
  }
  return { start: START, length: minutes, ...grid, status, contract };
}

function bar(
  openTime: number,
  from: number,
  to: number,
  random: () => number,
  tick: number,
  volume: number,
): Bar {
  const onTick = (price: number) => Math.round(Math.round(price / tick) * tick * 100) / 100;
  const open = onTick(from), close = onTick(to);
  const reach = Math.abs(from) * 0.0004;
  return {
    ...{ openTime, open, close },
    high: Math.max(open, close, onTick(Math.max(from, to) + random() * reach)),
    low: Math.min(open, close, onTick(Math.min(from, to) - random() * reach)),
    volume: Math.round(volume * (0.3 + 1.6 * random() ** 2) * 1_000) / 1_000,
    ...{ closed: true, revision: 0, source: "simulated" },
  };
}

/** Marsaglia's xorshift, so that every run draws the same picture. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
