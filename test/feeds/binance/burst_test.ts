import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import { EventQueue } from "../../../lib/market/event_queue.ts";
import { isFleeting, type MarketEvent } from "../../../lib/market/market_event.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { FakeVenue } from "./fake_venue.ts";
import { START } from "./harness.ts";

const FRAMES = 50_000;
const CAPACITY = 10_000;

Deno.test("createBinanceFeed takes 50,000 frames at once: bars exact, the reader's queue bounded, what is dropped counted", async () => {
  const clock = new ManualClock(Date.UTC(2031, 0, 1));
  const venue = new FakeVenue({ clock, start: START, symbols: ["BTCUSDT"] });
  const ledger = new MinuteLedger("BTCUSDT", () => true);
  // A reader who takes nothing.
  const queue = new EventQueue<MarketEvent>({ capacity: CAPACITY, isFleeting }, () => {});
  let told = 0;
  let longest = 0;
  const feed = createBinanceFeed({
    ...{ clock, random: () => 0.5, speed: 1, backfillMs: 10 * MINUTE, log: silentLog },
    source: "simulated",
    ledgers: new Map([["BTCUSDT", ledger]]),
    emit: (event) => {
      told++;
      queue.push(event);
      longest = Math.max(longest, queue.length);
    },
  }, {
    streamUrl: "wss://stream.test",
    restUrl: "https://api.test",
    symbols: ["BTCUSDT"],
    httpGet: venue.httpGet,
    openSocket: venue.openSocket,
  });
  feed.start();
  await clock.advance(30 * SECOND);
  // A clogged line gives back all at once what it held: trades by the thousand, among them four closes.
  venue.restAnswer = () => ({ status: 503 });
  venue.mangle = (frame) => /@trade|"x":true/.test(frame) ? [] : [frame];
  const first = START - START % MINUTE;
  await clock.advance(first + 4 * MINUTE + 100 - venue.now());
  assert.equal(feed.snapshot().state, "live");
  const frames = Array.from({ length: FRAMES }, (_, i) => frameOf(venue, first, i));
  const before = told;
  for (const frame of frames) venue.broadcast(frame);
  assert.ok(told - before > FRAMES * 0.9, "every trade was told");
  assert.ok(longest <= CAPACITY, `${longest} in the queue`);
  assert.equal(queue.dropped, told - queue.length);
  assert.ok(queue.dropped > 30_000, `${queue.dropped} dropped`);
  for (let time = first - 9 * MINUTE; time < first + 4 * MINUTE; time += MINUTE) {
    const truth = venue.minute("BTCUSDT", time)!;
    const bar = ledger.at(time)!;
    assert.deepEqual(
      [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.trades, bar.revision],
      [truth.open, truth.high, truth.low, truth.close, truth.volume, truth.trades, 0].map(Number),
    );
  }
  // What was dropped is fleeting: all that says something lasting is still to be read.
  queue.close();
  const kept = await Array.fromAsync(queue);
  const closed = kept.flatMap((event) => event.kind === "bar" ? [event.bar.openTime] : []);
  assert.deepEqual([...closed].sort(), ledger.bars().map(({ openTime }) => openTime));
  assert.equal(feed.snapshot().rejectedFrames, 0);
  await feed.close();
  venue.stop();
});

/** The closes of four minutes, each in its place among trades. */
function frameOf(venue: FakeVenue, first: number, i: number): string {
  const quarter = FRAMES / 4;
  const openTime = first + Math.floor(i / quarter) * MINUTE;
  const nth = i % quarter;
  if (nth < quarter - 1) {
    const time = openTime + Math.floor(nth / quarter * MINUTE);
    const trade = { e: "trade", E: time, s: "BTCUSDT", t: 1e9 + i, p: "50000.01", q: "0.001" };
    return JSON.stringify({ stream: "btcusdt@trade", data: { ...trade, T: time, m: true } });
  }
  const bar = venue.minute("BTCUSDT", openTime)!;
  const k = {
    ...{ t: openTime, T: openTime + MINUTE - 1, s: "BTCUSDT", i: "1m", f: bar.firstId },
    ...{ L: bar.firstId + bar.trades - 1, o: bar.open, h: bar.high, l: bar.low, c: bar.close },
    ...{ v: bar.volume, q: bar.quote, n: bar.trades, x: true },
  };
  const data = { e: "kline", E: openTime + MINUTE, s: "BTCUSDT", k };
  return JSON.stringify({ stream: "btcusdt@kline_1m", data });
}
