import assert from "node:assert/strict";
import fc from "fast-check";
import { type BarColumns, rebar, resample } from "../../lib/bars/rebar.ts";
import { HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { hasShared, readShared } from "../sync/grids.ts";

const plain = (bars: BarColumns) =>
  Object.fromEntries(Object.entries(bars).map(([name, column]) => [name, [...column]]));

Deno.test("resample makes bars of trades on the UTC grid and none where nothing traded", () => {
  const bars = resample({
    time: [999, 1_000, 1_500, 1_999, 4_000],
    price: [5, 10, 12, 11, 7],
    size: [1, 1, 3, 2, 0],
  }, { stepMs: SECOND });
  assert.deepEqual(plain(bars), {
    openTime: [0, 1_000, 4_000],
    open: [5, 10, 7],
    high: [5, 12, 7],
    low: [5, 10, 7],
    close: [5, 11, 7],
    volume: [1, 6, 0],
    trades: [1, 3, 1],
    vwap: [5, 68 / 6, NaN],
  });
});

Deno.test("resample orders trades by time and keeps arrival order within one", () => {
  const trades = { time: [500, 100, 100, 500], price: [4, 1, 2, 3], size: [1, 1, 1, 1] };
  const { open, close } = resample(trades, { stepMs: SECOND });
  assert.deepEqual([open[0], close[0]], [1, 3]);
});

Deno.test("resample leaves out rows without time or price; an unknown size is not 0", () => {
  const bars = resample({
    time: [1, NaN, 2, 3_000],
    price: [5, 6, NaN, 7],
    size: [1, 1, 1, NaN],
  }, { stepMs: SECOND });
  assert.deepEqual([...bars.trades], [1, 1]);
  assert.deepEqual([...bars.volume], [1, NaN]);
  assert.deepEqual([...bars.vwap], [5, NaN]);
});

Deno.test("resample adds decimal sizes up as decimals add", () => {
  const size = Array(1_000).fill(0.1);
  const { volume } = resample({ time: size.map((_, i) => i), price: size, size }, { stepMs: HOUR });
  assert.equal(volume[0], 100);
});

const trades = fc.array(
  fc.record({ gap: fc.nat(90_000), price: fc.integer({ min: 1, max: 99 }), size: fc.nat(50) }),
  { maxLength: 60, size: "max" },
);

Deno.test("rebar of shorter bars equals resample of the trades", () => {
  fc.assert(fc.property(trades, (list) => {
    let now = 0;
    const columns = {
      time: list.map((t) => now += t.gap),
      price: list.map((t) => t.price),
      size: list.map((t) => t.size),
    };
    const direct = resample(columns, { stepMs: 5 * MINUTE });
    let bars = resample(columns, { stepMs: SECOND });
    for (const stepMs of [5 * SECOND, MINUTE, 5 * MINUTE]) bars = rebar(bars, { stepMs });
    const { vwap, ...others } = plain(direct);
    const { vwap: cascaded, ...rest } = plain(bars);
    assert.deepEqual(rest, others);
    vwap!.forEach((v, i) =>
      assert.ok(Object.is(v, cascaded![i]) || Math.abs(v - cascaded![i]!) < 1e-12)
    );
  }));
});

Deno.test("rebar takes bars as objects too, and NaN rows as missing", () => {
  const bar = { open: 1, high: 2, low: 0.5, close: 1.5, volume: 2, vwap: 1 };
  const missing = { open: NaN, high: NaN, low: NaN, close: NaN, volume: NaN };
  const bars = rebar([
    { openTime: 0, ...bar },
    { openTime: MINUTE, ...missing },
    { openTime: 2 * MINUTE, ...bar, close: 1.25 },
    { openTime: 9 * MINUTE, ...missing },
  ], { stepMs: 5 * MINUTE });
  assert.deepEqual([...bars.openTime], [0]);
  assert.deepEqual([bars.close[0], bars.volume[0], bars.vwap[0]], [1.25, 4, 1]);
  assert.ok(Number.isNaN(bars.trades[0]), "the number of trades is unknown");
});

Deno.test("rebar and resample name the argument that is wrong", () => {
  for (const stepMs of [0, -1, 1.5, NaN]) {
    assert.throws(() => rebar([], { stepMs }), /stepMs must be a whole number above 0/);
  }
  const none = undefined as unknown as { stepMs: number };
  assert.throws(() => rebar([], none), /stepMs must be a whole number above 0, got undefined/);
  assert.throws(
    () => resample({ time: [1], price: [1], size: [1] }, none),
    /stepMs must be a whole number above 0, got undefined/,
  );
  assert.throws(
    () => resample({ time: [1], price: [1, 2], size: [1] }, { stepMs: 1 }),
    /price must be as long as time \(1\), got 2/,
  );
  assert.equal(rebar([], { stepMs: MINUTE }).openTime.length, 0);
});

Deno.test("rebar refuses bars that it would have to cut, and openTimes out of order", () => {
  const prices = { open: 1, high: 2, low: 0.5, close: 1.5, volume: 2 };
  const bars = (...minutes: number[]) =>
    minutes.map((minute) => ({ openTime: minute * MINUTE, ...prices }));
  const refused = (act: () => unknown, message: RegExp) =>
    assert.throws(act, (error) => error instanceof RangeError && message.test(error.message));
  refused(
    () => rebar(bars(0, 5, 10), { stepMs: MINUTE }),
    /stepMs must be at least the length of the bars, 300000 ms .* got 60000/,
  );
  refused(() => rebar(bars(0, 5, 10), { stepMs: 7 * MINUTE }), /stepMs must not cut .* got 420000/);
  refused(() => rebar(bars(0, 2, 2), { stepMs: HOUR }), /openTime must ascend, got 120000 after/);
  refused(() => rebar(bars(0, 2, 1), { stepMs: HOUR }), /openTime must ascend, got 60000 after/);
  refused(() => rebar(bars(0), { stepMs: MINUTE, barMs: 0.5 }), /barMs must be a whole number/);
  refused(() => rebar(bars(4), { stepMs: 5 * MINUTE, barMs: 2 * MINUTE }), /stepMs must not cut/);

  // Sparse bars: their distance is not their length, so it can be passed.
  refused(() => rebar(bars(0, 3, 9), { stepMs: MINUTE }), /else pass barMs/);
  const sparse = rebar(bars(0, 3, 9), { stepMs: MINUTE, barMs: MINUTE });
  assert.deepEqual([...sparse.openTime], [0, 3 * MINUTE, 9 * MINUTE]);

  // Bars made here know theirs, however sparse.
  const made = rebar(bars(0, 31, 62), { stepMs: 5 * MINUTE, barMs: MINUTE });
  assert.deepEqual(
    [...rebar(made, { stepMs: 10 * MINUTE }).openTime],
    [0, 30, 60].map((m) => m * MINUTE),
  );
  refused(() => rebar(made, { stepMs: MINUTE }), /300000 ms \(as they were made\), got 60000/);
  refused(() => rebar(made, { stepMs: 7 * MINUTE }), /stepMs must not cut bars of 300000 ms/);
});

/** Bars of a vendor's file as columns; a column it lacks is NaN. */
function columnsOf(rows: readonly Record<string, string>[]) {
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[name]));
  return {
    openTime: column("open_time_ms"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
}

const PRICES = ["openTime", "open", "high", "low", "close"] as const;

Deno.test("rebar reproduces every 5, 30 and 60 minute bar of a real vendor", () => {
  if (!hasShared("overlap/w3_2026_frd_BTC_1min.csv.gz")) return;
  let compared = 0;
  for (const symbol of ["BTC", "ES", "SPY", "QQQ", "SPX"]) {
    const read = (name: string) => readShared(`overlap/w3_2026_frd_${symbol}_${name}.csv.gz`);
    const minutes = columnsOf(read("1min"));
    for (
      const [name, stepMs] of Object.entries({ "5min": 300_000, "30min": HOUR / 2, "1hour": HOUR })
    ) {
      const ours = rebar(minutes, { stepMs });
      const rows = read(name);
      const theirs = columnsOf(rows);
      for (const column of PRICES) {
        assert.deepEqual(ours[column], theirs[column], `${symbol} ${name} ${column}`);
      }
      rows.forEach(({ volume }, i) => {
        // The index has none; the vendor's sums are of volumes with more decimals than it prints.
        if (volume === undefined) return assert.ok(Number.isNaN(ours.volume[i]));
        const error = Math.abs(ours.volume[i]! - Number(volume));
        assert.ok(
          error <= 1e-5 * Math.max(1, Number(volume)),
          `${symbol} ${name}: ${volume}, off by ${error}`,
        );
      });
      compared += rows.length;
    }
  }
  assert.equal(compared, 16_020);
});

/** Real trades of one instrument. */
interface TradeFile {
  readonly path: string;
  readonly rows: number;
  readonly names: readonly [time: string, price: string, size: string];
  /** From the file's unit of time to ms. */
  readonly toMs: (time: string) => number;
  readonly bars: string;
  /** Picks the instrument's bars of a file with several. */
  readonly id?: string;
  /** Open times of the minutes whose trades are all in the file. */
  readonly from: number;
  readonly to: number;
}

const BINANCE = { names: ["trade_time_ms", "price", "qty"], toMs: Number } as const;
const EVENING = { from: Date.UTC(2024, 7, 8, 23, 55), to: Date.UTC(2024, 7, 9, 0, 5) };
const TRADE_FILES: readonly TradeFile[] = [
  {
    ...BINANCE,
    ...EVENING,
    path: "btc/binance_spot_BTCUSDT_trades_20240808T2354.csv.gz",
    rows: 19_904,
    bars: "overlap/w2_2024_binance_spot_BTCUSDT_1m.csv.gz",
  },
  {
    ...BINANCE,
    ...EVENING,
    path: "btc/binance_spot_ETHUSDT_trades_20240808T2354.csv.gz",
    rows: 14_515,
    bars: "overlap/w2_2024_binance_spot_ETHUSDT_1m.csv.gz",
  },
  {
    path: "es/databento_ESU4_trades_20240701T2358.csv.gz",
    rows: 120,
    names: ["ts_event_ns", "price", "size"],
    toMs: (time) => Number(BigInt(time) / 1_000_000n),
    bars: "es/databento_ESU4_NQU4_1m_20240701T2340.csv.gz",
    id: "118",
    from: Date.UTC(2024, 6, 1, 23, 58),
    to: Date.UTC(2024, 6, 2, 0, 2),
  },
];

for (const { path, rows, names: [time, price, size], toMs, bars, id, from, to } of TRADE_FILES) {
  Deno.test(`resample rebuilds the exchange's minutes from the real trades of ${path}`, () => {
    if (!hasShared(path) || !hasShared(bars)) return;
    const trades = readShared(path);
    assert.equal(trades.length, rows);
    const ours = resample({
      time: trades.map((t) => toMs(t[time]!)),
      price: trades.map((t) => Number(t[price])),
      size: trades.map((t) => Number(t[size])),
    }, { stepMs: MINUTE });
    const inRange = (openTime: number) => openTime >= from && openTime < to;
    const kept = [...ours.openTime.keys()].filter((i) => inRange(ours.openTime[i]!));
    const theirs = columnsOf(
      readShared(bars).filter((b) =>
        inRange(Number(b.open_time_ms)) && (id === undefined || b.instrument_id === id)
      ),
    );
    assert.equal(kept.length, (to - from) / MINUTE);
    for (const name of [...PRICES, "volume"] as const) {
      assert.deepEqual(kept.map((i) => ours[name][i]), [...theirs[name]], name);
    }
  });
}
