/** Writes one table in every format into a folder, and what its cells are: for `exports_check.py`. */
import { EXPORT_FORMATS } from "../../../lib/export/formats.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { systemFiles } from "../../../lib/runtime/files.ts";
import type { ExportWhat } from "../../../lib/store/export/export_kinds.ts";
import { exportSource, exportStore } from "../../../lib/store/export/export_store.ts";
import { openStore } from "../../../lib/store/open_store.ts";

const dir = Deno.args[0]!;
/** The hour in which New York's clocks go back: local time would have it twice. */
const START = Date.UTC(2025, 10, 2, 5, 0);
const ROWS = 180;

const store = await openStore({ kind: "memory", dataKind: "live" });
for (const [id, phase] of [["BTCUSDT", 1], ["ETHUSDT", 2]] as const) {
  const column = (of: (row: number) => number) =>
    Float64Array.from({ length: ROWS }, (_, i) => of(i));
  const close = column((row) => 100 + Math.sin(row * row * phase) / 3 + 1e-9 * row);
  await store.write({
    instruments: [{ id, venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" }],
    bars: [{
      instrument: id,
      stepMs: MINUTE,
      bars: {
        openTime: column((row) => START + row * MINUTE),
        open: close,
        high: close.map((value) => value * 1.1),
        low: close.map((value) => value / 3),
        close,
        volume: column((row) => row % 9 === 4 ? NaN : row / 7),
        trades: column(() => NaN),
        vwap: column(() => NaN),
        revision: new Uint16Array(ROWS),
        source: new Array(ROWS).fill("imported"),
      },
    }],
    trades: [{
      instrument: id,
      trades: {
        id: column((row) => 9_007_199_254_740_000 + row),
        time: column((row) => START + row * 997),
        received: column((row) => START + row * 997 + 3),
        price: close,
        size: column((row) => 10 ** (row % 12 - 6) / 3),
        side: Int8Array.from({ length: ROWS }, (_, row) => row % 3 - 1),
      },
    }],
  });
}
const source = await exportSource(store);
const queries: readonly (readonly [ExportWhat, object])[] = [
  ["bars", { symbol: "BTCUSDT" }],
  ["trades", { symbol: "BTCUSDT" }],
  ["aligned", {}],
  ["correlation", { timeframe: "1m" }],
  ["zscore", { timeframe: "1m" }],
  ["statistics", {}],
];
for (const [what, query] of queries) {
  for (const format of EXPORT_FORMATS) {
    const out = `${dir}/${what}.${format}`;
    await exportStore(source, what, query, { out, format, files: systemFiles });
  }
}
await store.close();
