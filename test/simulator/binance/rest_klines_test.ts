import assert from "node:assert/strict";
import fc from "fast-check";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { decimalText } from "../../../lib/simulator/binance/decimal_text.ts";
import { klineIntervalOf, zoneOffsetOf } from "../../../lib/simulator/binance/kline_interval.ts";
import { HandTruth } from "./hand_truth.ts";
import { type Message, onStage, START } from "./harness.ts";

const KLINES = "/api/v3/klines?symbol=BTCUSDT&interval=1m";
const opens = (rows: Message[]) => rows.map((row) => row[0]);

Deno.test("klines give every minute of the truth to the last digit, leave out missing ones, and end with the forming bar", async () => {
  const truth = new HandTruth(START - 300 * MINUTE);
  for (const gap of [290, 10, 9, 1]) truth.missing.add(START - gap * MINUTE);
  truth.volumes.set(START - 5 * MINUTE, 0.1 + 0.2);
  truth.volumes.set(START - 4 * MINUTE, 1 / 3);
  await onStage(async ({ json }) => {
    const rows = await json(`${KLINES}&limit=1000`);
    assert.equal(rows.length, 300 - 4 + 1);
    for (const row of rows.slice(0, -1)) {
      const bar = truth.minute("BTCUSDT", row[0])!;
      assert.deepEqual(
        [row[1], row[2], row[3], row[4], row[5]].map(Number),
        [bar.open, bar.high, bar.low, bar.close, bar.volume],
      );
      assert.equal(row[6], row[0] + MINUTE - 1);
      assert.equal(row[8], bar.trades);
      assert.equal(row.length, 12);
    }
    const volumes = new Map(rows.map((row: Message) => [row[0], row[5]]));
    assert.equal(volumes.get(START - 5 * MINUTE), "0.30000000000000004");
    assert.equal(volumes.get(START - 4 * MINUTE), "0.3333333333333333");
    assert.match(String(volumes.get(START - 3 * MINUTE)), /^\d+\.\d{8}$/);
    assert.equal(rows.at(-1)[0], START);
    assert.equal(rows.at(-1)[8], 1, "only the trade of this very ms is in the forming bar");
  }, { truth, start: START });
});

Deno.test("klines' forming row holds the trades so far and nothing later", async () => {
  await onStage(async ({ json, clock, truth }) => {
    for (const [jump, count] of [[1_998, 1], [1, 2], [1, 3], [57_999, 7]] as const) {
      clock.jump(jump);
      const [row] = await json(`${KLINES}&limit=1`);
      const trades = truth.trades("BTCUSDT", START).slice(0, count);
      assert.equal(row[0], START);
      assert.equal(row[8], count);
      assert.equal(Number(row[4]), trades.at(-1)!.price);
      assert.equal(Number(row[2]), Math.max(...trades.map(({ price }) => price)));
      const taken = trades.filter((trade) => !trade.buyerIsMaker);
      assert.equal(row[9], taken.reduce((sum, { size }) => sum + size, 0).toFixed(8));
    }
    clock.jump(1);
    const rows = await json(`${KLINES}&limit=2`);
    assert.deepEqual(opens(rows), [START, START + MINUTE]);
  }, { start: START });
});

Deno.test("klines count from the start, up to the end, and give 500 rows by default, 1000 at most", async () => {
  const truth = new HandTruth(START - 1_500 * MINUTE);
  const t = (minutes: number) => START + minutes * MINUTE;
  await onStage(async ({ json }) => {
    assert.equal((await json(KLINES)).length, 500);
    assert.equal((await json(`${KLINES}&limit=5000`)).length, 1_000);
    assert.deepEqual(opens(await json(`${KLINES}&limit=2`)), [t(-1), t(0)]);
    const start = t(-100);
    assert.deepEqual(opens(await json(`${KLINES}&limit=2&startTime=${start}`)), [t(-100), t(-99)]);
    assert.deepEqual(opens(await json(`${KLINES}&limit=1&startTime=${start + 1}`)), [t(-99)]);
    const both = `&startTime=${start}&endTime=${t(-98)}`;
    assert.deepEqual(opens(await json(KLINES + both)), [t(-100), t(-99), t(-98)]);
    assert.deepEqual(opens(await json(`${KLINES}&limit=2&endTime=${t(-98)}`)), [t(-99), t(-98)]);
    assert.deepEqual(opens(await json(`${KLINES}&limit=1&endTime=${t(-98) - 1}`)), [t(-99)]);
    assert.deepEqual(await json(`${KLINES}&startTime=${t(5)}`), []);
    assert.deepEqual(await json(`${KLINES}&startTime=${t(0)}&endTime=${t(-5)}`), []);
    assert.deepEqual(opens(await json(`${KLINES}&limit=1&startTime=0`)), [truth.from]);
    const all: number[] = [];
    for (let next = 0;;) {
      const page = opens(await json(`${KLINES}&limit=700&startTime=${next}`));
      if (page.length === 0) break;
      all.push(...page);
      next = page.at(-1)! + 1;
    }
    assert.deepEqual(all, Array.from({ length: 1_501 }, (_, i) => truth.from + i * MINUTE));
  }, { truth, start: START });
});

Deno.test("klines of longer intervals add up the minutes there are", async () => {
  const truth = new HandTruth(START - 3 * DAY);
  for (let time = START - 7 * HOUR; time < START - 5 * HOUR; time += MINUTE) {
    truth.missing.add(time);
  }
  truth.missing.add(START - 31 * MINUTE);
  await onStage(async ({ json, clock }) => {
    clock.jump(90 * SECOND);
    for (const name of ["3m", "5m", "15m", "30m", "1h", "2h", "4h", "1d", "1w", "1M"]) {
      const interval = klineIntervalOf(name)!;
      const rows = await json(`/api/v3/klines?symbol=BTCUSDT&interval=${name}&limit=30`);
      assert.ok(rows.length > 0 && rows.at(-1)[0] <= START && rows.at(-1)[6] > START, name);
      for (const row of rows.slice(0, -1)) {
        const bars = [];
        for (let time = row[0]; time < interval.endOf(row[0]); time += MINUTE) {
          const bar = truth.minute("BTCUSDT", time);
          if (bar !== undefined) bars.push(bar);
        }
        assert.ok(bars.length > 0, `${name} invented a bar`);
        assert.deepEqual(row.slice(1, 6).map(Number), [
          bars[0]!.open,
          Math.max(...bars.map(({ high }) => high)),
          Math.min(...bars.map(({ low }) => low)),
          bars.at(-1)!.close,
          Number(bars.reduce((sum, { volume }) => sum + volume, 0).toFixed(8)),
        ]);
        assert.equal(row[6], interval.endOf(row[0]) - 1);
      }
    }
    const hours = opens(await json("/api/v3/klines?symbol=BTCUSDT&interval=1h&limit=9"));
    assert.deepEqual(
      hours.map((time) => (START - time) / HOUR),
      [10, 9, 8, 5, 4, 3, 2, 1, 0],
    );
    const seconds = await json(
      `/api/v3/klines?symbol=BTCUSDT&interval=1s&startTime=${START}&endTime=${START + 59_999}`,
    );
    assert.equal(seconds.length, 60);
    const volume = seconds.reduce((sum: number, row: Message) => sum + Number(row[5]), 0);
    assert.equal(volume.toFixed(5), truth.minute("BTCUSDT", START)!.volume.toFixed(5));
    assert.equal(Number(seconds.at(-1)[4]), truth.minute("BTCUSDT", START)!.close);
  }, { truth, start: START });
});

Deno.test("klines take and give microseconds, and shift days by timeZone", async () => {
  await onStage(async ({ json }) => {
    const micro = { "X-MBX-TIME-UNIT": "MICROSECOND" };
    const [row] = await json(`${KLINES}&limit=1&startTime=${START - MINUTE}000`, micro);
    assert.equal(row[0], (START - MINUTE) * 1_000);
    assert.equal(row[6], START * 1_000 - 1);
    const after = await json(`${KLINES}&limit=1&startTime=${START - 2 * MINUTE}001`);
    assert.equal(after[0][0], START - MINUTE);
    const daily = "/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=1&timeZone=";
    assert.equal((await json(`${daily}8`))[0][0], Date.UTC(2025, 11, 2, 16));
    assert.equal((await json(`${daily}-5:30`))[0][0], Date.UTC(2025, 11, 3, 5, 30));
    assert.equal((await json("/api/v3/time", micro)).serverTime, START * 1_000);
  }, { start: START });
});

Deno.test("klineIntervalOf opens weeks on Mondays and months on the first", () => {
  const week = klineIntervalOf("1w")!, month = klineIntervalOf("1M")!;
  assert.equal(week.openOf(START), Date.UTC(2025, 11, 1));
  assert.equal(week.openOf(Date.UTC(2025, 11, 1) - 1), Date.UTC(2025, 10, 24));
  assert.equal(month.openOf(START), Date.UTC(2025, 11, 1));
  assert.equal(month.endOf(Date.UTC(2025, 11, 1)), Date.UTC(2026, 0, 1));
  for (const name of ["2m", "1S", "7d", "", "1y"]) assert.equal(klineIntervalOf(name), undefined);
  assert.deepEqual(
    ["0", "+14:00", "-12", "14:01", "-12:01", "8:60", "x"].map(zoneOffsetOf),
    [0, 14 * HOUR, -12 * HOUR, undefined, undefined, undefined, undefined],
  );
});

Deno.test("decimalText gives back the same double for any number, without an exponent", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (value) => {
      const text = decimalText(value);
      assert.equal(Number(text), value);
      assert.match(text, /^\d+\.\d{8,}$|^\d+(\.\d+)?$/);
    }),
    { numRuns: 2_000 },
  );
  assert.equal(decimalText(97_123.45), "97123.45000000");
  assert.equal(decimalText(0), "0.00000000");
});
