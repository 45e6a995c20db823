import assert from "node:assert/strict";
import { openMarket } from "../../lib/market/open_market.ts";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { machineOutside, type Outside } from "../../lib/feeds/outside.ts";
import type { Clock } from "../../lib/runtime/clock.ts";
import { systemRandom } from "../../lib/runtime/random.ts";
import { SteadyClock } from "../support/steady_clock.ts";
import { withTempFolder } from "../support/temp_folder.ts";

function configOf(speed: number, backfillHours = 3) {
  return parseConfig({
    overrides: { source: "simulated", clock: { speed }, data: { backfillHours } },
  });
}

/** Waits, at most eight seconds of the clock, for what must come true. */
async function until(clock: Clock, isDone: () => boolean, whyNot: () => string): Promise<void> {
  const deadline = clock.monotonic() + 8_000;
  while (!isDone()) {
    assert.ok(clock.monotonic() < deadline, whyNot());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("openMarket gives a live simulated market: bars, forming minutes, correlation, status", async () => {
  using clock = new SteadyClock();
  await using market = await openMarket({}, { clock, config: configOf(600) });
  await until(clock, () => market.status().state === "live", () => market.status().message);
  assert.match(market.status().message, /simulated data/);
  assert.deepEqual(market.pairs.map((pair) => pair.name), ["BTCUSDT/ES", "BTCUSDT/NQ", "ES/NQ"]);
  for (const { id } of market.instruments) {
    const bars = market.bars(id);
    assert.ok(bars.length >= 3 * 60 - 3, `${id} has ${bars.length} backfilled minutes`);
    assert.ok(bars.every((bar) => bar.closed && bar.source === "simulated"));
    assert.ok(bars.every((bar, i) => i === 0 || bar.openTime > bars[i - 1]!.openTime));
  }
  assert.equal(market.bars("ES").at(-1)!.contract, "ESZ5");
  const first = () => market.correlation({ timeframe: "1m", window: 60 })[0]!;
  assert.equal(first().pair, "BTCUSDT/ES");
  // The minute in which streaming began is whole once history has been asked for it.
  await until(clock, () => first().estimate.n === 60, () => `n is ${first().estimate.n}`);
  assert.ok(market.flags("ES").every((flag) => flag.openTime >= market.coverage("ES").from));
  const hours = market.bars("ES", { timeframe: "1h" });
  assert.ok(hours.length >= 1 && hours.every((bar) => bar.closed && bar.openTime % HOUR === 0));
});

Deno.test("Market closes no minute before the venue has, and each exactly once", async () => {
  using clock = new SteadyClock();
  const closed = new Map<string, number>();
  let early = 0, passed = 0;
  const market = await openMarket({}, { clock, config: configOf(1_200) });
  const { time, truth, binance, tws } = market.simulator!;
  market.onEvent((event) => {
    if (event.kind !== "bar") return;
    const key = `${event.instrument} ${event.bar.openTime}`;
    closed.set(key, (closed.get(key) ?? 0) + 1);
    if (time.now() < event.bar.openTime + MINUTE) early++;
  });
  for await (const event of market) {
    if (event.kind !== "minute" || event.revision > 0) continue;
    passed++;
    if (passed === 15) binance.drop();
    if (passed === 25) tws.drop();
    if (passed === 60) break;
  }
  const end = market.venueTime - 10 * MINUTE;
  const isThere = () => market.instruments.every(({ id }) => market.coverage(id).to >= end);
  await until(
    clock,
    () => isThere() && !market.hasHolesBefore(end),
    () => "not everything is healed",
  );
  const checks = compareWithTruth(market, truth, end);
  await market.close();
  assert.equal(early, 0);
  assert.deepEqual([...closed.values()].filter((count) => count > 1), []);
  for (const { instrument, compared, lost, altered, invented } of checks) {
    assert.ok(compared > 200, `${instrument}: ${compared}`);
    assert.deepEqual({ lost, altered, invented }, { lost: 0, altered: 0, invented: 0 }, instrument);
  }
});

Deno.test("Market tells loudly when both venues are down, goes on trying, and recovers", async () => {
  using clock = new SteadyClock();
  const events: MarketEvent[] = [];
  await using market = await openMarket({}, {
    clock,
    config: configOf(600),
    onEvent: (event) => events.push(event),
  });
  const outages = () => events.flatMap((event) => event.kind === "outage" ? [event] : []);
  const said = () => market.status().message;
  market.simulator!.binance.refuse(HOUR / 4);
  market.simulator!.tws.refuse(HOUR / 4);
  await until(clock, () => outages().length === 1, said);
  assert.equal(outages()[0]!.isDown, true);
  assert.match(market.status().message, /^NO DATA from any trading venue/);
  await until(clock, () => outages().length === 2, said);
  assert.equal(outages()[1]!.isDown, false);
  await until(clock, () => market.status().state === "live", said);
});

Deno.test("Market.frame is a danfojs DataFrame of the bars", async () => {
  using clock = new SteadyClock();
  await using market = await openMarket({}, { clock, config: configOf(1) });
  const frame = await market.frame("ES");
  assert.deepEqual(frame.columns, [
    ...["openTime", "utc", "open", "high", "low", "close", "volume", "revision", "source"],
  ]);
  assert.equal(frame.shape[0], market.bars("ES").length);
});

Deno.test("Market names an instrument it does not have", async () => {
  using clock = new SteadyClock();
  await using market = await openMarket({}, { clock, config: configOf(1, 1) });
  assert.throws(() => market.bars("GC"), /instrument must be one of BTCUSDT, ES, NQ, DVOL, got GC/);
});

Deno.test("openMarket says what is not available instead of pretending", async () => {
  using clock = new SteadyClock();
  await assert.rejects(
    openMarket({}, { clock, config: parseConfig({ overrides: { source: "replay" } }) }),
    /source: replay needs a recording/,
  );
  await assert.rejects(
    openMarket({ store: { kind: "duckdb" } }),
    /store\.kind must be memory, sqlite or postgres, got duckdb/,
  );
});

Deno.test("openMarket stops waiting when its signal is aborted, and leaves nothing", async () => {
  const config = parseConfig({
    yaml: `source: live
ibkr: { futures: [] }
binance: { streamUrl: "ws://127.0.0.1:1", restUrl: "http://127.0.0.1:1" }`,
  });
  await assert.rejects(
    openMarket({ signal: AbortSignal.abort(new Error("enough")) }, { config }),
    /enough/,
  );
});

Deno.test("openMarket writes the log where log.dir asks for it, without a command around it", async () => {
  await withTempFolder(async (dir) => {
    const market = await openMarket({
      source: "simulated",
      clock: { speed: 60 },
      data: { backfillHours: 1 },
      log: { dir: `${dir}/log` },
    });
    await market.close();
    const names = Array.from(Deno.readDirSync(`${dir}/log`), ({ name }) => name);
    for (const name of ["ibkr.jsonl", "binance.jsonl", "ES.jsonl"]) {
      assert.ok(names.includes(name), `${name} of ${names}`);
    }
    const [line] = (await Deno.readTextFile(`${dir}/log/ibkr.jsonl`)).split("\n");
    assert.equal(JSON.parse(line!).source, "ibkr");
  });
});

Deno.test("openMarket correlates four hours and days too, and refuses other bars by name", async () => {
  const market = await openMarket({ source: "simulated", data: { backfillHours: 2 } });
  const [row] = market.correlation({ timeframe: "4h", pair: "BTCUSDT/ES" });
  assert.deepEqual([row!.timeframe, row!.window], ["4h", 42]);
  assert.equal(market.correlationSeries({ pair: "BTCUSDT/ES", timeframe: "4h" }).window, 42);
  const wrong = (timeframe: string) => () => market.correlation({ timeframe: timeframe as "1m" });
  assert.throws(wrong("2m"), /timeframe of a correlation must be one of .*, 4h, 1d, got 2m$/);
  assert.throws(wrong("1s"), /must be one of .*, 4h, 1d, got 1s$/);
  const [days] = market.correlation({ timeframe: "1d", pair: "BTCUSDT/ES" });
  assert.deepEqual([days!.timeframe, days!.window], ["1d", 20]);
  assert.ok(market.bars("BTCUSDT", { timeframe: "4h" }).length >= 0);
  await market.close();
});

/** The machine, but Binance's minutes before its newest hours come only once they are let go. */
function heldHistory(clock: Clock, newestMs: number) {
  const { promise: letGone, resolve: letGo } = Promise.withResolvers<void>();
  const machine = machineOutside(clock, systemRandom);
  let newest = 0;
  const outside: Outside = {
    ...machine,
    httpGet: async (url, options) => {
      const start = new URL(url).searchParams.get("startTime");
      newest = Math.max(newest, Number(start));
      if (start !== null && Number(start) < newest - newestMs) await letGone;
      return machine.httpGet(url, options);
    },
  };
  return { outside, letGo };
}

Deno.test("openMarket waits for the newest hours of a long history alone where it is asked to, and the rest comes", async () => {
  const data = { backfillHours: 24 * 4 };
  const config = parseConfig({ overrides: { source: "simulated", clock: { speed: 30 }, data } });
  using clock = new SteadyClock();
  await assert.rejects(openMarket({ waitHours: 0 }, { config }), /waitHours must be .*, got 0/);
  const { outside, letGo } = heldHistory(clock, 25 * HOUR);
  // Whoever waits for all of it gets it too, late: the red test ends.
  const later = setTimeout(letGo, 10_000);
  await using market = await openMarket({ waitHours: 24 }, {
    clock,
    config,
    outside: () => Promise.resolve(outside),
  });
  clearTimeout(later);
  const minutesOf = (id: string) => market.bars(id).length;
  for (const id of ["BTCUSDT", "ES"]) {
    const { start, length } = market.minuteGrid(id);
    const end = start + length * MINUTE;
    const newest = market.bars(id, { from: end - 24 * HOUR });
    assert.ok(newest.length > 22 * 60, `${id}: ${newest.length} of the newest minutes`);
  }
  const first = minutesOf("BTCUSDT");
  assert.ok(first < 4 * 24 * 60 - 60, `${first} minutes: it has waited for all`);
  assert.notEqual(market.status().history, undefined, "the rest is announced");
  letGo();
  await until(
    clock,
    () => minutesOf("BTCUSDT") >= 4 * 24 * 60 - 3,
    () => `${minutesOf("BTCUSDT")}`,
  );
});

Deno.test("openMarket that waits for the newest hours does not wait for a delayed index beside the markets", async () => {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 1 },
      data: { backfillHours: 2 },
      ibkr: { indices: [{ symbol: "VIX", exchange: "CBOE" }] },
    },
  });
  // On a busy machine the index may be there all the same: once is enough to see that nobody waits for it.
  const states: string[] = [];
  for (let i = 0; i < 3 && !states.includes("false, starting"); i++) {
    await using market = await openMarket({ waitHours: 1 }, { config });
    assert.ok(market.bars("ES").length >= 60);
    const ibkr = market.status().venues.find(({ venue }) => venue === "ibkr")!;
    states.push(`${market.isBackfilled("VIX")}, ${ibkr.state}`);
  }
  assert.equal(states.at(-1), "false, starting", states.join("; "));
});
