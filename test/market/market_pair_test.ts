import assert from "node:assert/strict";
import { MINUTE } from "../../lib/model/time.ts";
import type { MarketPair } from "../../lib/market/market_pair.ts";
import type { PairColumns } from "../../lib/pairs/pair_state.ts";
import { engleGrangerBoth } from "../../lib/stats/mod.ts";
import { type fakeMarket, START } from "../support/fake_market.ts";
import { tiedMarket } from "../support/tied_pair.ts";

const OPTIONS = { window: 40, zWindow: 10, testWindow: 80, history: 120 } as const;
const COLUMNS = ["y", "x", "ratio", "beta", "alpha", "spread", "z", "correlation"] as const;

function copied(columns: PairColumns) {
  return COLUMNS.map((name) => [...columns[name]]);
}

function assertNear(found: readonly number[][], expected: readonly number[][]): void {
  found.forEach((column, c) =>
    column.forEach((value, row) => {
      const wanted = expected[c]![row]!;
      const isSame = Number.isNaN(wanted)
        ? Number.isNaN(value)
        : Math.abs(value - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
      assert.ok(isSame, `${COLUMNS[c]} in row ${row}: ${value}, expected ${wanted}`);
    })
  );
}

async function withPair(
  body: (pair: MarketPair, tied: ReturnType<typeof tiedMarket>) => Promise<void>,
  options: Parameters<ReturnType<typeof fakeMarket>["market"]["pair"]>[2] = OPTIONS,
): Promise<void> {
  const tied = tiedMarket();
  try {
    using pair = tied.market.pair("ETHUSDT", "BTCUSDT", options);
    await body(pair, tied);
  } finally {
    await tied.market.close();
  }
}

Deno.test("a pair's rows, line and z-score come with each closed bar", () =>
  withPair(async (pair, { closePair }) => {
    let calls = 0;
    pair.onChange(() => calls++);
    for (let minute = 0; minute < 100; minute++) await closePair(minute);
    const { latest, columns } = pair;
    assert.equal(latest?.openTime, START + 99 * MINUTE);
    assert.equal(latest.revision, 0);
    assert.ok(Math.abs(latest.beta - 1.3) < 0.3, `${latest.beta}`);
    assert.equal(latest.n, 40);
    assert.equal(latest.expected, 40);
    assert.equal(columns.length, 100);
    for (const kind of ["ols", "total", "huber", "theil-sen", "kalman"] as const) {
      assert.ok(
        Math.abs(latest.lines[kind].beta - 1.3) < 0.4,
        `${kind} ${latest.lines[kind].beta}`,
      );
    }
    assert.ok(Number.isFinite(latest.z) && latest.correlation > 0.5);
    assert.ok(calls >= 100, `${calls} calls`);
  }));

for (const hedge of ["ols", "total", "huber", "theil-sen", "kalman"] as const) {
  Deno.test(`rows made again after late bars and revisions are those of a market that had them at once, by ${hedge}`, async () => {
    const options = { ...OPTIONS, hedge };
    let expected: number[][] = [];
    await withPair(async (pair, { closePair }) => {
      for (let minute = 0; minute < 110; minute++) await closePair(minute);
      expected = copied(pair.columns);
    }, options);
    await withPair(async (pair, { closePair, bar, market }) => {
      for (let minute = 0; minute < 110; minute++) {
        await closePair(minute, minute === 70 ? ["ETHUSDT"] : []);
        if (minute === 60) bar("BTCUSDT", 58, 1.02);
        if (minute === 80) bar("ETHUSDT", 70);
      }
      const before = pair.latest!.revision;
      assert.notDeepEqual(copied(pair.columns), expected);
      bar("BTCUSDT", 58);
      assertNear(copied(pair.columns), expected);
      assert.equal(pair.latest!.revision, before + 1);
      // A pair that is opened now reads the same minutes.
      using fresh = market.pair("ETHUSDT", "BTCUSDT", { ...options, history: 121 });
      assertNear(copied(fresh.columns), expected);
    }, options);
  });
}

Deno.test("what comes later changes nothing of what was known", async () => {
  const known: number[][][] = [];
  for (const factor of [1, 1.5]) {
    await withPair(async (pair, { closePair, bar }) => {
      for (let minute = 0; minute < 90; minute++) await closePair(minute);
      bar("ETHUSDT", 90, factor);
      await closePair(90, ["ETHUSDT"]);
      for (let minute = 91; minute < 100; minute++) await closePair(minute);
      known.push(copied(pair.columns).map((column) => column.slice(0, 90)));
    });
  }
  assert.deepEqual(known[0], known[1]);
});

Deno.test("no return and no spread stands where a bar is missing", () =>
  withPair(async (pair, { closePair }) => {
    for (let minute = 0; minute < 80; minute++) {
      await closePair(minute, minute === 75 ? ["ETHUSDT"] : []);
    }
    const { spread, ratio, y } = pair.columns;
    assert.ok(Number.isNaN(y[75]!) && Number.isNaN(spread[75]!) && Number.isNaN(ratio[75]!));
    assert.ok(Number.isFinite(spread[76]!));
    assert.equal(pair.latest!.n, 39);
    assert.equal(pair.latest!.returns, 38, "neither into nor out of the missing minute");
  }));

Deno.test("the tests follow in turns of their own, once a minute", () =>
  withPair(async (pair, { closePair }) => {
    for (let minute = 0; minute < 90; minute++) await closePair(minute);
    const { tests, n, expected, hedges, from, to } = await pair.refreshTests();
    assert.deepEqual([n, expected, to - from], [80, 80, 80 * MINUTE]);
    assert.equal(hedges.length, 5);
    for (const { kind, lo, hi, beta } of hedges) {
      assert.ok(lo < beta && beta < hi, `${kind}: ${lo} ${beta} ${hi}`);
    }
    const [y, x] = [pair.columns.y, pair.columns.x].map((c) => c.slice(-80).map(Math.log));
    assert.equal(tests.engleGranger.pvalue, engleGrangerBoth(y!, x!).pvalue);
    assert.match(tests.hurst.reason!, /takes 100 rows/);
    assert.equal(pair.tests?.to, to);
  }));

Deno.test("a pair says that it is not known whether it still holds while bars are missing", () =>
  withPair(async (pair, { closePair }) => {
    for (let minute = 0; minute < 200; minute++) await closePair(minute);
    assert.equal((await pair.refreshTests()).break.state, "holds");
    for (let minute = 200; minute < 261; minute++) await closePair(minute, ["ETHUSDT"]);
    const { break: change, to } = await pair.refreshTests();
    assert.deepEqual([change.state, change.sinceGap], ["unknown", 0]);
    assert.equal(to, START + 200 * MINUTE, "the tests are of the rows before");
    for (let minute = 261; minute < 321; minute++) await closePair(minute);
    assert.notEqual((await pair.refreshTests()).break.state, "unknown");
  }, { ...OPTIONS, testWindow: 200, history: 320 }));

Deno.test("readers of the same pair share one state, which goes a while after the last", () =>
  withPair(async (pair, { market, clock, closePair }) => {
    for (let minute = 0; minute < 5; minute++) await closePair(minute);
    const other = market.pair("ETHUSDT", "BTCUSDT", OPTIONS);
    assert.equal(other.columns.y.buffer, pair.columns.y.buffer);
    const apart = market.pair("ETHUSDT", "BTCUSDT", { ...OPTIONS, zWindow: 11 });
    assert.notEqual(apart.columns.y.buffer, pair.columns.y.buffer);
    other.close();
    pair.close();
    const again = market.pair("ETHUSDT", "BTCUSDT", OPTIONS);
    assert.equal(again.latest?.openTime, START + 4 * MINUTE);
    again.close();
    apart.close();
    const pending = clock.pending;
    await clock.advance(100_000);
    assert.equal(clock.pending, pending - 2, "no timer of theirs is left");
  }));

Deno.test("a pair refuses what it cannot follow, by name", () =>
  withPair((_, { market }) => {
    const open = (y: string, x: string, options: object = {}) => () => market.pair(y, x, options);
    assert.throws(open("ETHUSDT", "ETHUSDT"), /must be two instruments, got ETHUSDT twice/);
    assert.throws(open("NOSUCH", "ETHUSDT"), /instrument must be one of .*, got NOSUCH/);
    assert.throws(open("ETHUSDT", "BTCUSDT", { window: 10 }), /window must .* 20, got 10/);
    assert.throws(open("ETHUSDT", "BTCUSDT", { zwindow: 10 }), /options of a pair .* zwindow/);
    assert.throws(open("ETHUSDT", "BTCUSDT", { timeframe: "2m" }), /timeframe must be one of/);
    assert.throws(open("ETHUSDT", "BTCUSDT", { hedge: "best" }), /hedge must be one of/);
    return Promise.resolve();
  }));
