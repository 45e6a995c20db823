import assert from "node:assert/strict";
import fc from "fast-check";
import { rollTime } from "../../lib/calendar/contract_dates.ts";
import { productOf } from "../../lib/calendar/products.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import type { SimulatedBar } from "../../lib/simulator/truth.ts";
import {
  correlationOf,
  deviationOf,
  fiveSecondReturns,
  minuteReturns,
  volumeOf,
} from "./model_samples.ts";

/** A Monday in the middle of a contract month's life, in winter. */
const FROM = Date.UTC(2025, 10, 17);
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "ESZ5", "ESH6", "NQZ5", "NQH6"];
const week = createMarketModel({ seed: 7, from: FROM });
const BASIS_POINT = 1e-4;

function* minutesOf(from: number, to: number, step = MINUTE): Generator<number> {
  for (let time = from; time < to; time += step) yield time;
}

Deno.test("createMarketModel gives the same answers in any order of questions", () => {
  const forward = createMarketModel({ seed: 3, from: FROM });
  const backward = createMarketModel({ seed: 3, from: FROM });
  const questions = [...minutesOf(FROM, FROM + 3 * DAY, 97 * MINUTE)].flatMap((time) =>
    SYMBOLS.map((symbol) => ({ symbol, time }))
  );
  const ask = (model: typeof forward, { symbol, time }: { symbol: string; time: number }) =>
    JSON.stringify([
      model.minute(symbol, time),
      model.trades(symbol, time),
      model.fiveSeconds(symbol, time),
    ]);
  const answers = questions.map((question) => ask(forward, question));
  for (let i = questions.length - 1; i >= 0; i--) {
    assert.equal(ask(backward, questions[i]!), answers[i]);
  }
});

Deno.test("createMarketModel makes another market of another seed", () => {
  const other = createMarketModel({ seed: 8, from: FROM });
  const mine = minuteReturns(week, "BTCUSDT", FROM, FROM + DAY);
  const theirs = minuteReturns(other, "BTCUSDT", FROM, FROM + DAY);
  assert.ok(Math.abs(correlationOf(mine, theirs)) < 0.1);
});

Deno.test("createMarketModel draws every minute and every symbol anew", () => {
  const drawn = new Set<string>();
  for (const symbol of ["BTCUSDT", "ETHUSDT", "ESZ5"]) {
    for (const time of minutesOf(FROM, FROM + 2 * HOUR)) {
      const times = week.trades(symbol, time).map((trade) => trade.time - time);
      drawn.add(times.join());
    }
  }
  assert.equal(drawn.size, 360);
});

Deno.test("createMarketModel remembers no more than it needs: a day is the same when made again", () => {
  const model = createMarketModel({ seed: 5, from: FROM });
  const first = model.minute("ETHUSDT", FROM + HOUR);
  for (let day = 0; day < 60; day++) model.minute("ETHUSDT", FROM + day * DAY);
  assert.deepEqual(model.minute("ETHUSDT", FROM + HOUR), first);
});

Deno.test("createMarketModel makes minutes that its five-second bars add up to exactly", () => {
  for (const symbol of SYMBOLS) {
    let seen = 0;
    for (const time of minutesOf(FROM, FROM + 2 * DAY, 7 * MINUTE)) {
      const bar = week.minute(symbol, time);
      const parts = week.fiveSeconds(symbol, time);
      assert.equal(parts.length, bar === undefined ? 0 : 12);
      if (bar === undefined) continue;
      seen++;
      assert.deepEqual(parts.map((part) => part.openTime - time), FIVES);
      const isFuture = !symbol.endsWith("USDT");
      const volume = parts.reduce((sum, part) => sum + part.volume, 0);
      assert.deepEqual({
        open: parts[0]!.open,
        high: Math.max(...parts.map((part) => part.high)),
        low: Math.min(...parts.map((part) => part.low)),
        close: parts[11]!.close,
        volume: isFuture ? volume : Number(volume.toFixed(8)),
        trades: parts.reduce((sum, part) => sum + part.trades, 0),
      }, valuesOf(bar));
      assert.ok(parts[0]!.volume > 0);
    }
    assert.ok(seen > (symbol.endsWith("6") ? 10 : 300), `${symbol} has ${seen} bars`);
  }
});

const FIVES = Array.from({ length: 12 }, (_, i) => i * 5_000);

function valuesOf({ open, high, low, close, volume, trades }: SimulatedBar) {
  return { open, high, low, close, volume, trades };
}

Deno.test("createMarketModel makes minutes that its trades add up to, ids without a hole", () => {
  for (const symbol of ["BTCUSDT", "ETHUSDT", "ESZ5"]) {
    let id = week.trades(symbol, FROM)[0]!.id;
    for (const time of minutesOf(FROM, FROM + 26 * HOUR)) {
      const trades = week.trades(symbol, time);
      const bar = week.minute(symbol, time);
      if (bar === undefined) continue;
      const prices = trades.map((trade) => trade.price);
      const steps = symbol === "BTCUSDT" ? 1e5 : symbol === "ETHUSDT" ? 1e4 : 1;
      assert.deepEqual({
        open: prices[0],
        high: Math.max(...prices),
        low: Math.min(...prices),
        close: prices.at(-1),
        volume: trades.reduce((sum, { size }) => sum + Math.round(size * steps), 0) / steps,
        trades: trades.length,
      }, valuesOf(bar));
      for (const [i, trade] of trades.entries()) {
        assert.equal(trade.id, id++);
        assert.ok(trade.size > 0);
        assert.ok(trade.time >= (trades[i - 1]?.time ?? time) && trade.time < time + MINUTE);
      }
    }
    assert.ok(id > 10_000);
  }
});

Deno.test("createMarketModel counts trade ids from the beginning, whatever was asked before", () => {
  const model = createMarketModel({ seed: 7, from: FROM });
  const time = FROM + 3 * DAY + 5 * HOUR;
  const far = model.trades("BTCUSDT", time)[0]!.id;
  let counted = 1;
  for (const minute of minutesOf(FROM, time)) counted += week.minute("BTCUSDT", minute)!.trades;
  assert.equal(far, counted);
});

Deno.test("createMarketModel quotes whole ticks and steps that print short", () => {
  for (const symbol of SYMBOLS) {
    for (const time of minutesOf(FROM, FROM + DAY, 11 * MINUTE)) {
      const bar = week.minute(symbol, time);
      if (bar === undefined) continue;
      const listing = week.listings(time).find((listing) => listing.symbol === symbol)!;
      for (const price of [bar.open, bar.high, bar.low, bar.close]) {
        assert.ok(isOnGrid(price, listing.tickSize), `${symbol} ${price}`);
      }
      assert.ok(isOnGrid(bar.volume, listing.sizeStep), `${symbol} ${bar.volume}`);
      for (const { price, size } of week.trades(symbol, time)) {
        assert.ok(isOnGrid(price, listing.tickSize) && isOnGrid(size, listing.sizeStep));
      }
      assert.ok(bar.vwap >= bar.low && bar.vwap <= bar.high);
    }
  }
});

/** True for the double nearest to a whole number of steps: it prints with no more decimals than a step. */
function isOnGrid(value: number, step: number): boolean {
  const perUnit = Math.round(1 / step);
  return Math.round(value * perUnit) / perUnit === value;
}

Deno.test("createMarketModel trades coins always and futures in Globex hours only", () => {
  let shut = 0;
  for (const time of minutesOf(FROM, FROM + 7 * DAY, 3 * MINUTE)) {
    const isOpen = globexEquityIndex.isOpen(time) === true;
    assert.equal(week.isOpen("ESZ5", time), isOpen);
    assert.equal(week.isOpen("BTCUSDT", time), true);
    assert.ok(week.minute("BTCUSDT", time) !== undefined);
    if (isOpen) continue;
    shut++;
    assert.equal(week.minute("ESZ5", time), undefined);
    assert.equal(week.minute("NQZ5", time), undefined);
    assert.deepEqual(week.fiveSeconds("ESZ5", time), []);
    assert.deepEqual(week.trades("ESZ5", time), []);
  }
  assert.ok(shut > 900);
});

Deno.test("createMarketModel reopens on Sunday with a gap that is plausible", () => {
  const gaps = Array.from({ length: 8 }, (_, seed) => {
    const model = createMarketModel({ seed, from: Date.UTC(2025, 10, 21) });
    const friday = model.minute("ESZ5", Date.UTC(2025, 10, 21, 21, 59))!.close;
    const sunday = model.minute("ESZ5", Date.UTC(2025, 10, 23, 23, 0))!.open;
    return Math.abs(Math.log(sunday / friday)) / BASIS_POINT;
  });
  assert.ok(Math.max(...gaps) > 5, `gaps in bp: ${gaps}`);
  assert.ok(Math.max(...gaps) < 150, `gaps in bp: ${gaps}`);
});

Deno.test("createMarketModel has the front month trade nearly always and the back month seldom", () => {
  const none = { front: 0, back: 0, open: 0 };
  for (const time of minutesOf(FROM, FROM + 4 * DAY)) {
    if (!week.isOpen("ESZ5", time)) continue;
    none.open++;
    for (const root of ["ES", "NQ"]) {
      if (week.minute(`${root}Z5`, time) === undefined) none.front++;
      if (week.minute(`${root}H6`, time) === undefined) none.back++;
    }
  }
  assert.ok(none.front <= 10, `front month silent in ${none.front} minutes`);
  assert.ok(none.back > none.open, `back month silent in ${none.back} minutes`);
});

Deno.test("createMarketModel has realistic levels and one-minute volatility", () => {
  const levels = { BTCUSDT: 95_000, ETHUSDT: 3_300, ESZ5: 6_000, NQZ5: 21_500 };
  const deviations = { BTCUSDT: 5, ETHUSDT: 6.3, ESZ5: 2, NQZ5: 2.6 };
  for (const [symbol, level] of Object.entries(levels)) {
    const start = week.minute(symbol, FROM)!.open;
    assert.ok(Math.abs(start / level - 1) < 0.01, `${symbol} starts at ${start}`);
    const deviation = deviationOf(minuteReturns(week, symbol, FROM, FROM + 5 * DAY)) / BASIS_POINT;
    const expected = deviations[symbol as keyof typeof deviations];
    assert.ok(Math.abs(deviation / expected - 1) < 0.5, `${symbol} moves ${deviation} bp`);
  }
});

Deno.test("createMarketModel clusters volatility: absolute returns remember, returns do not", () => {
  for (const symbol of ["BTCUSDT", "ESZ5"]) {
    const returns = minuteReturns(week, symbol, FROM, FROM + 5 * DAY).filter(Number.isFinite);
    const sizes = returns.map(Math.abs);
    assert.ok(correlationOf(sizes, sizes.slice(1)) > 0.15, symbol);
    assert.ok(correlationOf(sizes, sizes.slice(30)) > 0.08, symbol);
    assert.ok(Math.abs(correlationOf(returns, returns.slice(1))) < 0.08, symbol);
  }
});

Deno.test("createMarketModel is most volatile and busiest in US hours, ES volume in a U", () => {
  const at = (symbol: string, from: number, to: number) => {
    const days = [0, 1, 2, 3].map((day) => FROM + day * DAY);
    const returns = days.flatMap((day) =>
      minuteReturns(week, symbol, day + from * HOUR, day + to * HOUR)
    );
    const volume = days.reduce(
      (sum, day) => sum + volumeOf(week, symbol, day + from * HOUR, day + to * HOUR),
      0,
    );
    return { deviation: deviationOf(returns), volume: volume / (to - from) };
  };
  for (const symbol of ["ESZ5", "NQZ5", "BTCUSDT"]) {
    const asia = at(symbol, 2, 6), regular = at(symbol, 14.5, 21);
    assert.ok(regular.deviation > 1.3 * asia.deviation, symbol);
    assert.ok(regular.volume > 1.3 * asia.volume, symbol);
  }
  const [asia, opening, midday, closing] = [[2, 6], [14.5, 15.5], [17, 18.5], [20, 21]]
    .map(([from, to]) => at("ESZ5", from!, to!).volume) as [number, number, number, number];
  assert.ok(opening > 1.5 * midday && closing > 1.5 * midday, "no U in the regular session");
  assert.ok(asia < midday / 8, "Asia is not quiet");
});

Deno.test("planted gives the regimes that returns show", () => {
  const sums = new Map<number, { planted: number; n: number; found: number }>();
  for (let seed = 1; seed <= 4; seed++) {
    const model = createMarketModel({ seed, from: FROM });
    const regimes = model.planted(FROM, FROM + 4.5 * DAY);
    assert.equal(regimes[0]!.from, FROM);
    assert.equal(regimes.at(-1)!.to, FROM + 4.5 * DAY);
    for (const [i, { from, to, correlation }] of regimes.entries()) {
      if (i > 0) assert.equal(from, regimes[i - 1]!.to);
      const es = minuteReturns(model, "ESZ5", from, to);
      const btc = minuteReturns(model, "BTCUSDT", from, to);
      const n = es.filter(Number.isFinite).length;
      if (n < 120) continue;
      const planted = correlation["BTCUSDT/ES"]!;
      const found = correlationOf(es, btc);
      assert.ok(
        Math.abs(found - planted) < 5 / Math.sqrt(n),
        `${planted} shows as ${found} of ${n}`,
      );
      const sum = sums.get(planted) ?? { planted, n: 0, found: 0 };
      sums.set(planted, { planted, n: sum.n + n, found: sum.found + n * found });
    }
  }
  assert.equal(sums.size, 4);
  for (const { planted, n, found } of sums.values()) {
    assert.ok(
      Math.abs(found / n - planted) < 0.06,
      `${planted} shows as ${found / n} on the whole`,
    );
  }
});

Deno.test("planted regimes last from hours to a day and change level each time", () => {
  const regimes = week.planted(FROM, FROM + 30 * DAY).slice(0, -1);
  assert.ok(regimes.length > 30);
  for (const [i, { from, to, correlation }] of regimes.entries()) {
    assert.ok(to - from >= 4 * HOUR && to - from <= DAY);
    assert.notEqual(correlation["BTCUSDT/ES"], regimes[i - 1]?.correlation["BTCUSDT/ES"]);
  }
});

Deno.test("planted pairs of one kind hold all the time: NQ with ES, ETH with BTC", () => {
  const { correlation } = week.planted(FROM, FROM + MINUTE)[0]!;
  const returns = (symbol: string) => minuteReturns(week, symbol, FROM, FROM + 5 * DAY);
  const indexes = correlationOf(returns("ESZ5"), returns("NQZ5"));
  const coins = correlationOf(returns("BTCUSDT"), returns("ETHUSDT"));
  assert.ok(Math.abs(indexes - correlation["ES/NQ"]!) < 0.03, `ES/NQ ${indexes}`);
  assert.ok(Math.abs(coins - correlation["BTCUSDT/ETHUSDT"]!) < 0.03, `BTC/ETH ${coins}`);
});

Deno.test("lead is where the cross-correlation of five-second returns peaks", () => {
  const { from, to } = week.planted(FROM, FROM + 4 * DAY)
    .find(({ correlation }) => correlation["BTCUSDT/ES"] === 0.75)!;
  const es = fiveSecondReturns(week, "ESZ5", from, to);
  const btc = fiveSecondReturns(week, "BTCUSDT", from, to);
  const atLag = (slots: number) =>
    slots >= 0 ? correlationOf(es, btc.slice(slots)) : correlationOf(es.slice(-slots), btc);
  const byLag = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((slots) => ({ slots, r: atLag(slots) }));
  const best = byLag.reduce((a, b) => Math.abs(b.r) > Math.abs(a.r) ? b : a);
  assert.equal(best.slots * 5_000, week.lead.lagMs);
  assert.ok(best.r > 0.4, `r at the lead is ${best.r}`);
  for (const { slots, r } of byLag) {
    if (slots !== 1) assert.ok(Math.abs(r) < best.r / 3, `r at ${slots} slots is ${r}`);
  }
});

Deno.test("createMarketModel rolls: volume passes to the dearer next contract month at the roll", () => {
  const model = createMarketModel({ seed: 2, from: Date.UTC(2025, 11, 4) });
  const roll = rollTime(productOf("ES"), { contractMonth: "202512", lastTradeDate: "20251219" });
  for (const root of ["ES", "NQ"]) {
    const share = (from: number, hours: number) => {
      const back = volumeOf(model, `${root}H6`, from, from + hours * HOUR);
      return back / (back + volumeOf(model, `${root}Z5`, from, from + hours * HOUR));
    };
    assert.ok(share(roll - 10 * DAY, 23) < 0.01);
    assert.ok(share(roll - 3 * DAY, 20) < 0.3);
    const [before, after] = [share(roll - 2.2 * DAY, 4), share(roll + 14 * HOUR, 7)];
    assert.ok(before < 0.5 && after > 0.5, `${root}: ${before} before, ${after} after`);
    assert.ok(share(roll + 3 * DAY, 20) > 0.95);
  }
  const basis = (time: number) =>
    model.minute("ESH6", time)!.close - model.minute("ESZ5", time)!.close;
  const monday = basis(roll + 17 * HOUR);
  assert.ok(monday > 20 && monday < 60, `the next quarter is ${monday} points above`);
});

Deno.test("listings follow the expiry: the front month leaves at its last trade", () => {
  const model = createMarketModel({ from: Date.UTC(2025, 11, 18) });
  const symbolsAt = (time: number) => model.listings(time).map((listing) => listing.symbol);
  const last = Date.UTC(2025, 11, 19, 14, 30);
  assert.deepEqual(symbolsAt(last - 1).slice(2, 6), ["ESZ5", "ESH6", "NQZ5", "NQH6"]);
  assert.deepEqual(symbolsAt(last).slice(2, 6), ["ESH6", "ESM6", "NQH6", "NQM6"]);
  assert.equal(model.isOpen("ESZ5", last), false);
  assert.equal(model.minute("ESZ5", last), undefined);
  assert.equal(model.isOpen("ESZ5", last - MINUTE), true);
  assert.deepEqual(model.listings(last)[2], {
    symbol: "ESH6",
    root: "ES",
    kind: "future",
    tickSize: 0.25,
    sizeStep: 1,
    multiplier: 50,
    contractMonth: "202603",
    lastTradeDate: "20260320",
  });
});

Deno.test("createMarketModel knows nothing of what it does not have", () => {
  assert.equal(week.from, FROM);
  assert.equal(week.to, Infinity);
  for (const symbol of ["ES", "ESU6", "NOSUCH", "CLZ5", "xrpusdt", "USDTUSDT", ""]) {
    assert.equal(week.minute(symbol, FROM), undefined);
    assert.deepEqual(week.trades(symbol, FROM), []);
    assert.equal(week.isOpen(symbol, FROM), false);
  }
  assert.equal(week.minute("BTCUSDT", FROM - MINUTE), undefined);
  assert.equal(week.minute("BTCUSDT", FROM + 1), undefined);
  assert.equal(createMarketModel({ from: FROM + 5 * HOUR }).from, FROM);
});

Deno.test("createMarketModel keeps the asked trade rate, at least one trade a minute", () => {
  for (const tradesPerMinute of [1, 20, 100]) {
    const model = createMarketModel({ from: FROM, tradesPerMinute });
    let trades = 0;
    for (const time of minutesOf(FROM, FROM + DAY)) {
      const bar = model.minute("BTCUSDT", time)!;
      assert.ok(bar.trades >= 1);
      trades += bar.trades;
    }
    const mean = trades / 1_440;
    assert.ok(mean > 0.8 * tradesPerMinute && mean < 1.6 * tradesPerMinute, `mean ${mean}`);
  }
});

Deno.test("createMarketModel refuses what it cannot use", () => {
  assert.throws(() => createMarketModel({ from: NaN }), /from must be epoch ms, got NaN/);
  assert.throws(() => createMarketModel({ from: FROM, seed: 0.5 }), /seed must be a whole number/);
  assert.throws(
    () => createMarketModel({ from: FROM, tradesPerMinute: 0 }),
    /tradesPerMinute must be from 1 to 1000, got 0/,
  );
});

Deno.test("createMarketModel makes 48 hours of four symbols well under two seconds", () => {
  const model = createMarketModel({ seed: 11, from: FROM });
  const begun = performance.now();
  for (const symbol of ["BTCUSDT", "ETHUSDT", "ESZ5", "NQZ5"]) {
    for (const time of minutesOf(FROM, FROM + 2 * DAY)) model.minute(symbol, time);
  }
  const tookMs = performance.now() - begun;
  assert.ok(tookMs < 2_000, `took ${tookMs} ms`);
});

Deno.test("createMarketModel makes sound bars for any seed and time", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 0, max: 3 * 1_440 }),
      fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
      (seed, minute, from) => {
        const model = createMarketModel({ seed, from });
        const time = model.from + minute * MINUTE;
        for (const { symbol } of model.listings(time)) {
          const bar = model.minute(symbol, time);
          if (bar === undefined) continue;
          assert.ok(bar.low > 0 && bar.volume > 0 && bar.trades > 0);
          assert.ok(bar.low <= Math.min(bar.open, bar.close));
          assert.ok(bar.high >= Math.max(bar.open, bar.close));
          assert.equal(model.fiveSeconds(symbol, time).at(-1)?.close, bar.close);
        }
      },
    ),
    { numRuns: 12 },
  );
});
