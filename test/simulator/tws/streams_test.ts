import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { conIdOf, termsOf } from "../../../lib/simulator/tws/contracts.ts";
import { MarketDataLine } from "../../../lib/simulator/tws/market_data.ts";
import { RealTimeBarStream } from "../../../lib/simulator/tws/real_time_bars.ts";
import { Tape } from "../../../lib/simulator/tws/tape.ts";
import { handTruth, START } from "./hand_truth.ts";
import { minutesOf } from "./server_fixture.ts";

const truth = handTruth();
const listing = truth.listings(START).find(({ symbol }) => symbol === "ESZ5")!;
const contract = { conId: conIdOf("ESZ5"), listing, terms: termsOf("ES") };
const TRADES = { show: "TRADES", regularHoursOnly: false } as const;

Deno.test("RealTimeBarStream gives a bar when its five seconds are over, not before", () => {
  const from = START + 7 * SECOND;
  const stream = new RealTimeBarStream(1, contract, new Tape(truth), { ...TRADES, from });
  const startsBy = (now: number) => [...stream.advance(now)].map((fields) => Number(fields[3]));
  assert.deepEqual(startsBy(START + 10 * SECOND - 1), []);
  assert.deepEqual(startsBy(START + 10 * SECOND), [START / SECOND + 5]);
  assert.deepEqual(startsBy(START + 10 * SECOND), []);
  assert.deepEqual(startsBy(START + 24 * SECOND), [START / SECOND + 10, START / SECOND + 15]);
});

Deno.test("RealTimeBarStream is silent while the session is closed", () => {
  const close = Date.UTC(2025, 11, 3, 22);
  const from = close - MINUTE;
  const stream = new RealTimeBarStream(1, contract, new Tape(truth), { ...TRADES, from });
  const times = [...stream.advance(close + HOUR + MINUTE)].map((f) => Number(f[3]) * SECOND);
  assert.equal(times.filter((t) => t < close).length, 12);
  assert.deepEqual(times.filter((t) => t >= close && t < close + HOUR), []);
  assert.equal(times.filter((t) => t >= close + HOUR).length, 12);
});

Deno.test("RealTimeBarStream fills five seconds without a trade flat at the last price", () => {
  const stream = new RealTimeBarStream(1, contract, new Tape(truth), { ...TRADES, from: START });
  const bars = [...stream.advance(START + 10 * MINUTE)].map((fields) =>
    fields.slice(4).map(Number)
  );
  assert.equal(bars.length, 120);
  let fillers = 0;
  bars.forEach(([open, high, low, close, volume, vwap, trades], i) => {
    if (volume !== 0 || i === 0) return;
    fillers++;
    const before = bars[i - 1]![3];
    assert.deepEqual([open, high, low, close, vwap, trades], [
      before,
      before,
      before,
      before,
      before,
      0,
    ]);
  });
  assert.ok(fillers > 10);
});

Deno.test("RealTimeBarStream keeps to the regular hours on request", () => {
  const open = Date.UTC(2025, 11, 3, 14, 30);
  const stream = new RealTimeBarStream(1, contract, new Tape(truth), {
    show: "TRADES",
    regularHoursOnly: true,
    from: open - 10 * MINUTE,
  });
  const times = [...stream.advance(open + MINUTE)].map((fields) => Number(fields[3]) * SECOND);
  assert.equal(times[0], open);
  assert.equal(times.length, 12);
});

Deno.test("MarketDataLine samples four times a second and sends only what changed", () => {
  const line = new MarketDataLine(1, contract, new Tape(truth), { delayMs: 0 });
  const { time, price } = truth.trades("ESZ5", START)[3]!;
  assert.ok(line.sample(time - 100).length > 8);
  assert.deepEqual(line.sample(time + 149), [], "too early, though it traded");
  const told = line.sample(time + 150);
  assert.ok(told.some((fields) => fields[3] === 4 && fields[4] === price));
  assert.ok(told.every((fields) => fields[3] !== 9), "yesterday's close is known already");
  assert.deepEqual(line.sample(time + 150 + 249), []);
});

Deno.test("MarketDataLine adds up the day's open, high, low and volume and knows yesterday's close", () => {
  const line = new MarketDataLine(1, contract, new Tape(truth), { delayMs: 0 });
  const sent = new Map<number, number>();
  for (const time of [START - HOUR, START]) {
    for (const fields of line.sample(time)) sent.set(Number(fields[3]), Number(fields[4]));
  }
  const dayOpen = Date.UTC(2025, 11, 2, 23);
  const day = minutesOf(truth, "ESZ5", dayOpen, START);
  assert.equal(sent.get(14), day[0]!.open);
  assert.equal(sent.get(6), Math.max(...day.map(({ high }) => high)));
  assert.equal(sent.get(7), Math.min(...day.map(({ low }) => low)));
  assert.equal(sent.get(8), day.reduce((sum, { volume }) => sum + volume, 0));
  assert.equal(sent.get(9), minutesOf(truth, "ESZ5", dayOpen - 2 * HOUR, dayOpen).at(-1)!.close);
  assert.equal(sent.get(4), truth.trades("ESZ5", START - MINUTE).at(-1)?.price ?? sent.get(4));
});
