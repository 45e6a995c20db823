/** What a store exports is what the market exports, and what follows from it by definition. */
import assert from "node:assert/strict";
import { csvPieces } from "../../../lib/export/csv_format.ts";
import { exportMarket } from "../../../lib/market/market_export.ts";
import type { Market } from "../../../lib/market/market.ts";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import { describe } from "../../../lib/stats/rolling/describe.ts";
import { systemFiles } from "../../../lib/runtime/files.ts";
import { barColumnsOf } from "../../../lib/store/bar_columns.ts";
import type { ExportQuery } from "../../../lib/store/export/export_kind.ts";
import type { ExportWhat } from "../../../lib/store/export/export_kinds.ts";
import {
  type ExportSettings,
  exportSource,
  exportStore,
  storeTable,
} from "../../../lib/store/export/export_store.ts";
import { openStore } from "../../../lib/store/open_store.ts";
import type { Store } from "../../../lib/store/store.ts";
import { textOf } from "../../export/support.ts";
import { BITCOIN, ES, ETHER, fakeMarket, START } from "../../support/fake_market.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { tradeColumns } from "../support/store_rows.ts";

/** A store of what a market holds. */
async function storeOf(market: Market): Promise<Store> {
  const store = await openStore({ kind: "memory", dataKind: "simulated" });
  for (const instrument of market.instruments) {
    const bars = market.bars(instrument.id);
    const ends = { from: bars[0]!.openTime, to: bars.at(-1)!.openTime + MINUTE };
    await store.write({
      instruments: [instrument],
      bars: [{
        instrument: instrument.id,
        stepMs: MINUTE,
        bars: barColumnsOf(bars),
        contract: bars.map(({ contract }) => contract),
      }],
      coverage: [
        { instrument: instrument.id, stepMs: MINUTE, ...ends, state: "complete", reason: "" },
      ],
    });
  }
  return store;
}

async function withStore(
  use: (store: Store, market: Market) => Promise<void>,
  minutes = 150,
): Promise<void> {
  const { market, close } = fakeMarket([BITCOIN, ETHER, ES]);
  for (let minute = 0; minute < minutes; minute++) {
    await close(minute, ...(minute % 31 === 30 ? [["ES"]] : []) as []);
  }
  const store = await storeOf(market);
  try {
    await use(store, market);
  } finally {
    await store.close();
    await market.close();
  }
}

const BEGIN = Date.UTC(2025, 0, 15);

/** A store of two coins that wander. @param use gets the closes of the first and of the second too */
async function withCloses(
  length: number,
  use: (store: Store, closesOf: (coin: number) => number[]) => Promise<void>,
): Promise<void> {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const closesOf = (coin: number) =>
    Array.from(
      { length },
      (_, minute) => 100 + Math.sin(minute / 50 + coin) + Math.sin((1 + coin) * minute * minute),
    );
  for (const [coin, id] of ["BTCUSDT", "ETHUSDT"].entries()) {
    const bars = closesOf(coin).map((close, minute) => {
      return {
        openTime: BEGIN + minute * MINUTE,
        open: close,
        high: close,
        low: close,
        close,
        volume: 1,
        closed: true,
        revision: 0,
        source: "live" as const,
      };
    });
    await store.write({
      instruments: [{ ...BITCOIN, id }],
      bars: [{ instrument: id, stepMs: MINUTE, bars: barColumnsOf(bars) }],
    });
  }
  await use(store, closesOf);
  await store.close();
}

async function csvOf(
  store: Store,
  what: ExportWhat,
  query: ExportQuery = {},
  settings: ExportSettings = {},
): Promise<string> {
  const { table } = await storeTable(await exportSource(store, settings), what, query);
  return await textOf(csvPieces(table));
}

function rowsOf(csv: string): Record<string, string>[] {
  const [head = "", ...lines] = csv.trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, at) => [name, cells[at]!]));
  });
}

Deno.test("bars, alignment and correlations of a store are those of the market's export, byte for byte", () =>
  withStore((store, market) =>
    withTempFolder(async (dir) => {
      await exportMarket(market, dir, { files: systemFiles, timeframes: ["1m", "5m"] });
      const market1 = (name: string) => Deno.readTextFile(`${dir}/${name}.csv`);
      assert.equal(await csvOf(store, "bars", { symbol: "ES" }), await market1("bars_ES_1m"));
      assert.equal(
        await csvOf(store, "bars", { symbol: "BTCUSDT", timeframe: "5m" }),
        await market1("bars_BTCUSDT_5m"),
      );
      assert.equal(await csvOf(store, "aligned"), await market1("aligned_1m"));
      const { windows, timeframes } = market;
      const correlation = await csvOf(store, "correlation", {}, { windows, timeframes });
      assert.equal(correlation, await market1("correlation"));
      assert.ok(rowsOf(correlation).filter(({ r }) => r !== "").length > 100);
    })
  ));

Deno.test("one pair, one timeframe and a range are the same rows of the whole", () =>
  withStore(async (store) => {
    const all = rowsOf(await csvOf(store, "correlation"));
    const from = START + 100 * MINUTE, to = START + 120 * MINUTE;
    const some = rowsOf(
      await csvOf(store, "correlation", { pair: "BTCUSDT/ES", timeframe: "1m", from, to }),
    );
    const wanted = all.filter((row) =>
      row.pair === "BTCUSDT/ES" && row.timeframe === "1m" && Number(row.openTime) >= from &&
      Number(row.openTime) < to
    );
    assert.equal(some.length, 20);
    for (const [at, row] of some.entries()) {
      assert.deepEqual([row.openTime, row.n], [wanted[at]!.openTime, wanted[at]!.n]);
      // Windows that are summed up from another row on differ in their last digits.
      assert.ok(Math.abs(Number(row.r) - Number(wanted[at]!.r)) < 1e-12);
    }
    const bars = rowsOf(await csvOf(store, "bars", { symbol: "BTCUSDT", from, to }));
    assert.equal(bars[0]!.openTime, `${from}`);
    assert.equal(bars.length, 20);
  }));

Deno.test("spread and z-score are of the line through the bars before, wherever the export begins", () =>
  withCloses(150, async (store, closesOf) => {
    const pair = "ETHUSDT/BTCUSDT", window = 30;
    const spread = rowsOf(await csvOf(store, "spread", { pair, window }));
    const zscore = rowsOf(await csvOf(store, "zscore", { pair, window }));
    const y = closesOf(1).map(Math.log), x = closesOf(0).map(Math.log);
    assert.equal(spread.length, y.length);
    assert.equal(spread[10]!.spread, "");
    const at = 100;
    const xs = x.slice(at - window, at), ys = y.slice(at - window, at);
    const mean = (of: number[]) => of.reduce((sum, value) => sum + value) / of.length;
    const [meanX, meanY] = [mean(xs), mean(ys)];
    const xy = xs.reduce((sum, value, i) => sum + (value - meanX) * (ys[i]! - meanY), 0);
    const beta = xy / xs.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
    const alpha = meanY - beta * meanX;
    const rest = ys.map((value, i) => value - beta * xs[i]! - alpha);
    const sd = Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0) / (window - 1));
    const wanted = y[at]! - beta * x[at]! - alpha;
    assert.equal(spread[at]!.openTime, `${BEGIN + at * MINUTE}`);
    assert.ok(Math.abs(Number(spread[at]!.beta) - beta) < 1e-6);
    assert.ok(Math.abs(Number(spread[at]!.spread) - wanted) < 1e-9);
    assert.ok(Math.abs(Number(zscore[at]!.zscore) - wanted / sd) < 1e-6);
    assert.deepEqual([spread[at]!.n, spread[at]!.expected], ["30", "30"]);
    const part = rowsOf(
      await csvOf(store, "zscore", { pair, window, from: BEGIN + at * MINUTE }),
    );
    assert.deepEqual(part, zscore.slice(at), "to the last digit");
  }));

Deno.test("statistics are those of the returns", () =>
  withStore(async (store, market) => {
    const rows = rowsOf(await csvOf(store, "statistics"));
    assert.deepEqual(rows.map(({ instrument }) => instrument), ["BTCUSDT", "ETHUSDT", "ES"]);
    const closes = market.bars("ETHUSDT").map(({ close }) => close);
    const found = describe(
      closes.slice(1).map((close, i) => Math.log1p((close - closes[i]!) / closes[i]!)),
    );
    const row = rows[1]!;
    assert.equal(row.n, `${found.n}`);
    for (const name of ["mean", "sd1", "skew1", "kurt1", "min", "median", "max"] as const) {
      assert.equal(Number(row[name]), found[name], name);
    }
    assert.equal(Number(row.q05), found.quantile(0.05));
  }));

Deno.test("trades come by time and id through all pages, and make the bars of seconds", async () => {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const trades = Array.from({ length: 45_000 }, (_, id) => {
    return { id, time: START + Math.floor(id / 3) * 50, price: 100 + (id % 97), size: 1, side: 1 };
  });
  await store.write({
    instruments: [BITCOIN],
    trades: [{ instrument: "BTCUSDT", trades: tradeColumns(trades) }],
  });
  const rows = rowsOf(await csvOf(store, "trades"));
  assert.equal(rows.length, trades.length);
  assert.ok(
    rows.every(({ id, time }, at) => Number(id) === at && Number(time) === trades[at]!.time),
  );
  const seconds = rowsOf(await csvOf(store, "bars", { timeframe: "1s", from: START + 1_000 }));
  assert.equal(seconds.length, 750 - 1);
  assert.deepEqual(
    [seconds[0]!.openTime, seconds[0]!.open, seconds[0]!.volume, seconds[0]!.source],
    [`${START + 1_000}`, "160", "60", "live"],
  );
  await store.close();
});

Deno.test("a longer bar is exported when all of its minutes are stored, and not before", () =>
  withStore(async (_, market) => {
    const store = await openStore({ kind: "memory", dataKind: "simulated" });
    // The first slot lacks two minutes, one in the middle lacks one, the last has two of five.
    const bars = market.bars("BTCUSDT").filter((_, minute) => minute >= 2 && minute !== 58);
    await store.write({
      instruments: [BITCOIN],
      bars: [{ instrument: "BTCUSDT", stepMs: MINUTE, bars: barColumnsOf(bars) }],
    });
    const rows = rowsOf(await csvOf(store, "bars", { symbol: "BTCUSDT", timeframe: "5m" }));
    const slots = rows.map(({ openTime }) => (Number(openTime) - START) / (5 * MINUTE));
    const whole = Array.from({ length: 30 }, (_, slot) => slot);
    assert.deepEqual(slots, whole.filter((slot) => slot !== 0 && slot !== 11));
    await store.close();
  }, 152));

Deno.test("a range over many stretches has every row once", () =>
  withCloses(40 * 24 * 60, async (store) => {
    const length = 40 * 24 * 60;
    const times = (rows: readonly Record<string, string>[]) =>
      rows.map(({ openTime }) => Number(openTime));
    const steps = (ms: number) =>
      Array.from({ length: length * MINUTE / ms }, (_, at) => BEGIN + at * ms);
    assert.deepEqual(times(rowsOf(await csvOf(store, "aligned"))), steps(MINUTE));
    const hourly = rowsOf(await csvOf(store, "correlation", { timeframe: "1h" }));
    assert.deepEqual(times(hourly), steps(HOUR));
    assert.ok(hourly.slice(24).every(({ r, n }) => r !== "" && n === "24"), "no window is cut");
    const spread = rowsOf(await csvOf(store, "spread", { timeframe: "15m" }));
    assert.deepEqual(times(spread), steps(15 * MINUTE));
    assert.ok(spread.slice(32).every(({ n }) => n === "32"));
    const days = rowsOf(await csvOf(store, "correlation", { timeframe: "1d" }));
    assert.deepEqual(times(days), steps(DAY));
    const bars = rowsOf(await csvOf(store, "bars", { symbol: "ETHUSDT", timeframe: "4h" }));
    assert.deepEqual(times(bars), steps(4 * HOUR));
    const [statistics] = rowsOf(await csvOf(store, "statistics", { symbol: "ETHUSDT" }));
    assert.equal(statistics!.n, `${length - 1}`);
  }));

Deno.test("alerts have the fields of their body, and what was never sent has none", async () => {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const alert = { id: "a/ES/1", rule: "a", subject: "ES", state: "resolved", value: 2 } as const;
  const body = {
    metric: "price",
    severity: "major",
    threshold: 1,
    n: 1,
    expected: 1,
    message: "=x",
  };
  await store.write({
    alerts: [
      { ...alert, started: START, ended: START + 1, evidence: JSON.stringify(body) },
      { ...alert, id: "b", started: START + 5, ended: null, value: null, evidence: "no JSON" },
    ],
  });
  const rows = rowsOf(await csvOf(store, "alerts"));
  assert.deepEqual(
    [rows[0]!.metric, rows[0]!.of, rows[0]!.since, rows[0]!.threshold, rows[0]!.message],
    ["price", "ES", `${START}`, "1", "'=x"],
  );
  assert.deepEqual([rows[1]!.metric, rows[1]!.ended, rows[1]!.value], ["", "", ""]);
  assert.equal(rowsOf(await csvOf(store, "alerts", { from: START + 2 })).length, 1);
  await store.close();
});

Deno.test("an export and its manifest are written together, and the manifest's query makes the same data again", () =>
  withStore((store) =>
    withTempFolder(async (dir) => {
      const source = await exportSource(store);
      const query = { pair: "BTCUSDT/ES", timeframe: "1m", from: START + 60 * MINUTE };
      const out = `${dir}/c.parquet`;
      const made = await exportStore(source, "correlation", query, {
        out,
        format: "parquet",
        files: systemFiles,
      });
      const manifest = JSON.parse(await Deno.readTextFile(`${out}.manifest.json`));
      assert.deepEqual(manifest, JSON.parse(JSON.stringify(made)));
      const [file] = manifest.files;
      assert.deepEqual([manifest.source, file.name, file.what], [
        ...["simulated", "c.parquet", "correlation"],
      ]);
      assert.equal(manifest.stored.kind, "simulated");
      assert.ok(manifest.stored.to > START, "it says until when there is data");
      assert.match(manifest.versions.schema, /^\d+$/);
      const { pairs, timeframes, windows, from } = file.parameters;
      const again = await exportStore(
        source,
        file.what,
        { pair: pairs[0], timeframe: timeframes[0], window: windows[timeframes[0]], from },
        { out: `${dir}/again.csv`, format: "csv", files: systemFiles },
      );
      assert.equal(again.files[0]!.dataSha256, file.dataSha256);
    })
  ));

Deno.test("what is not stored, or does not go together, is refused by name", () =>
  withStore(async (store) => {
    const refused = async (what: ExportWhat, query: ExportQuery, message: RegExp) => {
      await assert.rejects(csvOf(store, what, query), { code: "export", message });
    };
    await refused("bars", {}, /must be named, one of those stored: BTCUSDT, ETHUSDT, ES\.$/);
    await refused("bars", { symbol: "NQ" }, /NQ is not stored; there is BTCUSDT, ETHUSDT, ES\.$/);
    await refused(
      "bars",
      { symbol: "ES", timeframe: "2m" },
      /timeframe must be one of 1s, .*2m\.$/,
    );
    await refused("correlation", { pair: "ES" }, /named as BTCUSDT\/ES is/);
    await refused("correlation", { pair: "ES/NQ" }, /NQ is not stored/);
    await refused("correlation", { symbol: "ES" }, /takes no symbol; it takes pair, timeframe/);
    await refused("zscore", { timeframe: "1d" }, /one of 1m, 5m, 15m, 1h, 4h, got 1d/);
    await refused("alerts", { pair: "ES/NQ" }, /takes no pair; it takes from and to alone/);
  }));

Deno.test("an export of funding has what was paid, and an empty rate where that is not known", () =>
  withStore(async (store) => {
    const first = Math.ceil(START / HOUR) * HOUR;
    const perpetual = { ...BITCOIN, id: "BTCUSDT@usdm", exchange: "usdm" };
    const bars = barColumnsOf(Array.from({ length: 4 * 60 }, (_, minute) => ({
      ...{ openTime: first + minute * MINUTE, open: 1, high: 1, low: 1, close: 1, volume: 1 },
      ...{ closed: true, revision: 0, source: "simulated" as const },
    })));
    const payments = [0, 1, 3].map((hour) => ({
      time: first + hour * HOUR,
      rate: hour / 1e4,
      markPrice: hour === 3 ? null : 97_000,
    }));
    await store.write({
      instruments: [perpetual],
      bars: [{ instrument: perpetual.id, stepMs: MINUTE, bars }],
      fundings: [{ instrument: perpetual.id, payments }],
    });
    assert.equal(
      await csvOf(store, "funding"),
      [
        "time,rate,markPrice",
        `${first},0,97000`,
        `${first + HOUR},0.0001,97000`,
        `${first + 2 * HOUR},,`,
        `${first + 3 * HOUR},0.0003,`,
        "",
      ].join("\n"),
    );
    const to = first + 2 * HOUR;
    assert.equal((await csvOf(store, "funding", { to })).trim().split("\n").length, 3);
    await assert.rejects(csvOf(store, "funding", { symbol: "ES" }), /ES is no perpetual/);
    await assert.rejects(csvOf(store, "funding", { symbol: "XYZ" }), /XYZ is not stored/);
  }));
