/** Rules of ticks against past trades, and the bounds of a rehearsal. */
import assert from "node:assert/strict";
import { rehearseAlerts } from "../../lib/alerts/rehearse_market.ts";
import type { RehearsedTrades } from "../../lib/alerts/rehearsal.ts";
import { rehearse, rehearsedBars } from "../../lib/alerts/rehearse.ts";
import { rehearseStored } from "../../lib/alerts/rehearse_stored.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import { alertsRehearse } from "../../lib/cli/alerts_rehearse.ts";
import type { AlertBody } from "../../lib/model/alert.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { StoreReader } from "../../lib/store/store.ts";
import { fakeTerminal } from "../cli/fake_terminal.ts";
import { BITCOIN, ES, ETHER, fakeMarket, START } from "../support/fake_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const scope = { instruments: [BITCOIN, ETHER, ES] };
const TICK = parseRule(
  { name: "fast", metric: "price", of: "BTCUSDT", timeframe: "tick", fire: "above 10", for: "10s" },
  scope,
);

/** Minutes with a close of 100, which no rule of ticks may see. */
function quiet(minutes: number, trades?: RehearsedTrades, instrument = BITCOIN) {
  const openTime = Float64Array.from({ length: minutes }, (_, i) => START + i * MINUTE);
  const close = openTime.map(() => 100);
  const bars = { openTime, open: close, high: close, low: close, close, volume: close };
  return { ...rehearsedBars(instrument, bars, { source: "imported" }), trades };
}

/** Trades at seconds after the start. */
function at(...rows: readonly (readonly [number, number])[]): RehearsedTrades {
  return {
    time: rows.map(([second]) => START + second * 1_000),
    price: rows.map(([, price]) => price),
  };
}

Deno.test("a rule of ticks is rehearsed on each trade, and its columns hold the newest price of each minute", () => {
  const trades = at([5, 11], [10, 12], [16, 15], [30, 9], [90, 10], [200, 11], [211, 13]);
  const { rules: [found], bodies } = rehearse([TICK], [quiet(5, trades)]);
  const since = START + 5_000, again = START + 200_000;
  assert.deepEqual(
    bodies.map(({ id, state, time, value }) => [id, state, (time - START) / 1_000, value]),
    [
      [`fast/BTCUSDT/${since}`, "firing", 16, 15],
      [`fast/BTCUSDT/${since}`, "resolved", 30, 9],
      [`fast/BTCUSDT/${again}`, "firing", 211, 13],
    ],
  );
  assert.deepEqual([...found!.value], [9, 10, NaN, 13, NaN]);
  assert.deepEqual([...found!.fires], [0, 0, 0, 1, 1]);
  assert.deepEqual([found!.known, found!.standing, found!.unknown], [3, 2, { stale: 2 }]);
  assert.deepEqual(found!.excursions.map(({ value, extreme }) => [value, extreme]), [
    [15, 15],
    [13, 13],
  ]);
});

Deno.test("trades before the rehearsal begins are not judged, and those of two instruments come by time", () => {
  const of = (id: string) => ({ ...TICK, name: id.toLowerCase(), of: id, forMs: 0 });
  const history = [
    quiet(3, at([30, 11], [70, 12], [80, 9])),
    quiet(3, at([65, 11], [75, 9]), ETHER),
  ];
  const { bodies } = rehearse([of("BTCUSDT"), of("ETHUSDT")], history, { from: START + MINUTE });
  assert.deepEqual(
    bodies.map(({ rule, state, time }) => [rule, state, (time - START) / 1_000]),
    [
      ["ethusdt", "firing", 65],
      ["btcusdt", "firing", 70],
      ["ethusdt", "resolved", 75],
      ["btcusdt", "resolved", 80],
    ],
  );
});

Deno.test("a rule of ticks without trades is refused by name, with what would help", async () => {
  const needed =
    /^timeframe of rule fast is tick, and there are no trades of BTCUSDT: rehearse it as 1m, or on a store that keeps trades \(data\.trades: true\)$/;
  assert.throws(() => rehearse([TICK], [quiet(3)]), { name: "RangeError", message: needed });
  const { market } = fakeMarket([BITCOIN]);
  const rule = {
    name: "fast",
    metric: "price",
    of: "BTCUSDT",
    timeframe: "tick",
    fire: "above 10",
  };
  assert.throws(() => rehearseAlerts(market, [rule]), { name: "RangeError", message: needed });
  await market.close();
});

Deno.test("trades of a store are read page by page, many of one time included", async () => {
  const count = 80_000;
  // 6 trades share each 40 ms, the first above 10; a page ends in the midst of them.
  const time = Float64Array.from({ length: count }, (_, i) => START + Math.floor(i / 6) * 40);
  const price = Float64Array.from({ length: count }, (_, i) => i % 6 === 0 ? 12 : 9);
  const rule = { ...TICK, forMs: 0 };
  let pages = 0;
  const reader: Pick<StoreReader, "trades"> = {
    trades({ instrument, from, to, afterId = -1, limit = Infinity }) {
      assert.equal(instrument, "BTCUSDT");
      pages++;
      const rows = [...time.keys()]
        .filter((i) => time[i]! >= from && time[i]! < to && (time[i]! > from || i > afterId))
        .slice(0, limit);
      const column = (of: (row: number) => number) => Float64Array.from(rows, of);
      return Promise.resolve({
        id: column((i) => i),
        time: column((i) => time[i]!),
        received: column((i) => time[i]!),
        price: column((i) => price[i]!),
        size: column(() => 1),
        side: new Int8Array(rows.length),
      });
    },
  };
  const options = { from: START + MINUTE };
  const stored = await rehearseStored([rule], [quiet(9)], reader, options);
  const held = rehearse([rule], [quiet(9, { time, price })], options);
  assert.ok(pages >= 3 && held.bodies.length > 6, `${pages} pages, ${held.bodies.length} alerts`);
  assert.deepEqual(stored, held);
});

Deno.test("columns that cannot be held are refused with their number, and are left out on request", () => {
  const minutes = 30 * DAY / MINUTE;
  const rules = Array.from(
    { length: 500 },
    (_, i) => ({ ...TICK, timeframe: "1m", name: `r${i}` }),
  );
  assert.throws(
    () => rehearse(rules, [quiet(minutes)]),
    /^RangeError: 500 rules over 43200 minutes have 21600000 values, and columns hold 20000000: rehearse fewer rules or minutes, or set columns to false$/,
  );
  const [rule] = rules;
  const { rules: [found], bodies } = rehearse([rule!], [quiet(3)], { columns: false });
  assert.deepEqual([found!.value.length, found!.fires.length, found!.time.length], [0, 0, 0]);
  assert.deepEqual([found!.known, found!.standing, bodies.length], [3, 2, 1]);
});

Deno.test("alerts rehearse judges ticks on the trades of the store, and names a rule that has none", async () => {
  await withTempFolder(async (dir) => {
    const store = await openStore({
      kind: "sqlite",
      path: `${dir}/market.db`,
      dataKind: "simulated",
    });
    const { time, price } = at([5, 11], [16, 12], [30, 9], [65, 14]);
    const column = (values: ArrayLike<number>) => Float64Array.from(values);
    const minutes = Float64Array.of(START, START + MINUTE);
    const hundred = minutes.map(() => 100);
    const bars = {
      openTime: minutes,
      open: hundred,
      high: hundred,
      low: hundred,
      close: hundred,
      volume: hundred,
      trades: hundred,
      vwap: hundred,
      revision: new Uint16Array(2),
      source: ["simulated", "simulated"] as const,
    };
    await store.write({
      instruments: [BITCOIN, ETHER],
      bars: ["BTCUSDT", "ETHUSDT"].map((instrument) => ({ instrument, stepMs: MINUTE, bars })),
      trades: [{
        instrument: "BTCUSDT",
        trades: {
          id: Float64Array.of(1, 2, 3, 4),
          time: column(time),
          received: column(time),
          price: column(price),
          size: new Float64Array(4).fill(1),
          side: new Int8Array(4),
        },
      }],
    });
    await store.close();
    const tick = { metric: "price", timeframe: "tick", fire: "above 10", for: "10s" };
    const rules = [{ name: "fast", of: "BTCUSDT", ...tick }, {
      name: "none",
      of: "ETHUSDT",
      ...tick,
    }];
    const config = {
      binance: { symbols: ["BTCUSDT", "ETHUSDT"] },
      store: { kind: "sqlite", path: `${dir}/market.db` },
      alerts: { rules },
    };
    await Deno.writeTextFile(`${dir}/config.yaml`, JSON.stringify(config));
    const args = ["--config", `${dir}/config.yaml`];
    const { terminal, out, err } = fakeTerminal();
    assert.equal(await alertsRehearse([...args, "--json"], terminal), 0, err());
    const bodies: AlertBody[] = JSON.parse(out());
    assert.equal(out(), `${JSON.stringify(bodies, null, 2)}\n`);
    assert.deepEqual(
      bodies.map(({ rule, state, time, source }) => [rule, state, (time - START) / 1_000, source]),
      [["fast", "firing", 16, "simulated"], ["fast", "resolved", 30, "simulated"]],
    );
    assert.match(
      err(),
      /Rule none is left out: it judges each trade, and there are no trades of ETHUSDT; a store keeps them with data\.trades: true\./,
    );
    const people = fakeTerminal();
    assert.equal(await alertsRehearse(args, people.terminal), 0);
    assert.match(people.out(), /price of BTCUSDT above 10, at each trade\n {2}fired 1 time,/);
  });
});
