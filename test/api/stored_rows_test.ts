import assert from "node:assert/strict";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { openStoreReader } from "../../lib/store/open_store.ts";
import { exportSource, storeTable } from "../../lib/store/export/export_store.ts";
import type { ExportWhat } from "../../lib/store/export/export_kinds.ts";
import type { ExportQuery } from "../../lib/store/export/export_kind.ts";
import { until } from "../support/simulated_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { serveStored } from "./stored_api.ts";

type Api = Awaited<ReturnType<typeof serveStored>>;
type Row = (number | string | null)[];

/** Runs once with six hours of history, and again with one: the store holds more than the memory. */
async function withOldRows(body: (api: Api, path: string) => Promise<void>): Promise<void> {
  await withTempFolder(async (dir) => {
    const path = `${dir}/market.db`;
    const of = (hours: number) => ({
      clock: { speed: 120 },
      data: { backfillHours: hours, trades: true },
      store: { kind: "sqlite" as const, path },
      binance: { symbols: ["BTCUSDT"] },
      ibkr: { futures: [{ symbol: "ES", exchange: "CME" }] },
      deribit: { enabled: false },
    });
    const ids = ["BTCUSDT", "ES"];
    const first = await serveStored(of(6));
    await until(() => ids.every((id) => first.market.isBackfilled(id)), 20_000, "history is in");
    await until(() => first.market.bars("ES").length > 6 * 60 + 5, 20_000, "live minutes are in");
    await first.end();
    const second = await serveStored(of(1));
    try {
      await until(() => ids.every((id) => second.market.isBackfilled(id)), 20_000, "history is in");
      await body(second, path);
    } finally {
      await second.end();
    }
  });
}

/** All pages, the market going on meanwhile. */
async function allPages({ get }: Api, path: string, limit: number): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const end: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { status, body } = await get(
      `${path}${path.includes("?") ? "&" : "?"}limit=${limit}${end}`,
    );
    assert.equal(status, 200, JSON.stringify(body));
    assert.ok(body.data.length <= limit);
    rows.push(...body.data);
    cursor = body.next;
  } while (cursor !== null);
  return rows;
}

/** Rows of an export of the store, once nothing writes it. */
async function stored(path: string, what: ExportWhat, query: ExportQuery): Promise<Row[]> {
  const reader = await openStoreReader({ kind: "sqlite", path, dataKind: "simulated" });
  try {
    const { table } = await storeTable(
      await exportSource(reader, { order: ["BTCUSDT", "ES"] }),
      what,
      query,
    );
    const rows: Row[] = [];
    for await (const { length, columns } of table.blocks()) {
      for (let i = 0; i < length; i++) {
        rows.push(columns.map((column) => {
          const value = column[i]!;
          return typeof value === "number" && Number.isNaN(value) ? null : value;
        }));
      }
    }
    return rows;
  } finally {
    await reader.close();
  }
}

Deno.test("bars and correlations page over old rows of the store and those in memory, each once, as exported", async () => {
  await withOldRows(async (api, path) => {
    const { market } = api;
    const from = market.minuteGrid("ES").start;
    assert.ok(Number.isFinite(from));
    const bars = new Map<string, Row[]>();
    for (const timeframe of ["1m", "5m", "1h"]) {
      for (const id of ["BTCUSDT", "ES"]) {
        const rows = await allPages(api, `/bars/${id}?timeframe=${timeframe}`, 37);
        const times = rows.map(([openTime]) => openTime as number);
        assert.ok(times[0]! < from - 3 * HOUR, `${id} ${timeframe} begins in the store`);
        const isLong = timeframe === "1h";
        assert.ok(isLong || times.at(-1)! > from, `${id} ${timeframe} ends in memory`);
        assert.ok(
          times.every((time, i) => i === 0 || time > times[i - 1]!),
          "each once, ascending",
        );
        bars.set(`${id} ${timeframe}`, rows);
      }
    }
    const series = await allPages(api, "/correlation/series?pair=BTCUSDT/ES&window=30", 41);
    assert.ok((series[0]![0] as number) < from - 3 * HOUR && (series.at(-1)![0] as number) > from);
    assert.ok(
      series.every((row, i) => i === 0 || (row[0] as number) > (series[i - 1]![0] as number)),
    );
    // Half-open: the row at `from` is in, the one at `to` is not; across the seam.
    const part = await api.get(`/bars/ES?from=${from - 5 * MINUTE}&to=${from + 5 * MINUTE}`);
    assert.deepEqual(
      part.body.data.map(([time]: Row) => time),
      Array.from({ length: 10 }, (_, i) => from + (i - 5) * MINUTE),
    );
    const { body: coverage } = await api.get("/coverage/ES");
    const [oldest] = coverage.stored.data;
    assert.ok(oldest[0] < from - 3 * HOUR, "coverage of what is stored alone");
    assert.equal(coverage.stored.data.at(-1)[1], from, "up to what is in memory");
    await api.end();
    for (const [name, rows] of bars) {
      const [symbol, timeframe] = name.split(" ") as [string, string];
      const exported = await stored(path, "bars", {
        symbol,
        timeframe,
        to: (rows.at(-1)![0] as number) + 1,
      });
      // Slots that history begins or ends within are in an export, and closed in no market.
      const wanted = exported.filter(([time]) => rows.some(([one]) => one === time));
      assert.deepEqual(rows, wanted, name);
      assert.ok(exported.length - wanted.length <= 1, `${name}: all but a cut slot`);
    }
    const correlations = (await stored(path, "correlation", {
      pair: "BTCUSDT/ES",
      timeframe: "1m",
      window: 30,
      to: (series.at(-1)![0] as number) + 1,
    })).map(([openTime, , , , n, expected, r, lo, hi]) => [openTime, r, lo, hi, n, expected]);
    // The run may end between the two sides of its newest minute.
    assert.ok(series.length - correlations.length <= 1 && correlations.length > 300);
    series.length = correlations.length;
    // A rolling sum that begins elsewhere differs in the last digits.
    for (const [i, row] of series.entries()) {
      for (const [k, value] of row.entries()) {
        const other = correlations[i]![k]!;
        if (value === null || other === null) assert.equal(value, other);
        else {assert.ok(
            Math.abs(Number(value) - Number(other)) < 1e-12,
            `${row} is ${correlations[i]}`,
          );}
      }
    }
  });
});

/** The first hundred trades, once all before the last of them are in: this run began before the one that was stored did. */
async function firstTrades({ market, get }: Api): Promise<Row[]> {
  const sent: { readonly id: number; readonly time: number }[] = [];
  const rows = async (query: string): Promise<Row[]> =>
    (await get(`/trades/BTCUSDT?${query}`)).body.data;
  const stop = market.onEvent((event) => {
    if (event.kind === "trade" && event.instrument === "BTCUSDT") sent.push(event);
  });
  try {
    for (const end = performance.now() + 30_000; performance.now() < end;) {
      const found = await rows("limit=100");
      const last = found.at(-1)?.[1] as number | undefined;
      // Trades are sent and stored in the order of their ids: where a later one is in, so are those before.
      const later = sent.find(({ time }) => time > (last ?? Infinity));
      const stored = later === undefined ? [] : await rows(`from=${later.time}&limit=20`);
      if (stored.some(([id]) => id === later!.id)) return await rows("limit=100");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("no later trade was stored within 30 s");
  } finally {
    stop();
  }
}

Deno.test("trades page over a real store, and an import goes into a live one alone", async () => {
  await withOldRows(async (api, path) => {
    const first = await firstTrades(api);
    const to = (first.at(-1)![1] as number) + 1;
    const trades = await allPages(api, `/trades/BTCUSDT?to=${to}`, 7);
    assert.ok(trades.length >= 100, `${trades.length} trades`);
    assert.equal(new Set(trades.map(([id]) => id)).size, trades.length);
    assert.deepEqual(trades.slice(0, 100), first);
    const csv = (await api.get(`/exports/trades?symbol=BTCUSDT&to=${to}`))
      .body as string;
    assert.equal(csv.trim().split("\n").length, trades.length + 1);
    const refused = await api.change("POST", "/imports?symbol=ES", { text: "time,close\n0,1\n" });
    assert.equal(refused.status, 409);
    assert.match(refused.body.detail, /simulated data/);
    await api.end();
    const exported = await stored(path, "trades", { symbol: "BTCUSDT", to: to });
    assert.deepEqual(exported.map(([id]) => id), trades.map(([id]) => id));
  });
});
