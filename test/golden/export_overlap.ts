/**
 * Writes bars and correlations of the real overlap files as CSV, for compare_correlation.py to check:
 *
 *     deno run -A test/golden/export_overlap.ts DIR
 *     python test/golden/compare_correlation.py --export DIR \
 *       --bars BTCUSDT=../shared/data/overlap/w3_2026_frd_BTC_1min.csv.gz \
 *       --bars ES=../shared/data/overlap/w3_2026_frd_ES_1min.csv.gz
 *
 * The vendor's numbers stay in DIR; nothing of them belongs into the project.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { TIMEFRAMES } from "../../lib/model/timeframe.ts";
import { correlate, correlateAll } from "../../lib/sync/pair_correlation.ts";
import { isWinterGlobexOpen, ledgerOf } from "../sync/grids.ts";

const directory = process.argv[2] ?? "overlap_export";
mkdirSync(directory, { recursive: true });
const write = (name: string, head: string, rows: readonly (readonly unknown[])[]) =>
  writeFileSync(
    join(directory, name),
    `${[head, ...rows.map((row) => row.join(","))].join("\n")}\n`,
  );

const ledgers = {
  BTCUSDT: ledgerOf("BTCUSDT", "overlap/w3_2026_frd_BTC_1min.csv.gz", () => true),
  ES: ledgerOf("ES", "overlap/w3_2026_frd_ES_1min.csv.gz", isWinterGlobexOpen),
};
for (const [symbol, ledger] of Object.entries(ledgers)) {
  const rows = ledger.bars().map((b) => [
    b.openTime,
    b.open,
    b.high,
    b.low,
    b.close,
    b.volume,
    b.revision,
    b.source,
  ]);
  write(`bars_${symbol}_1m.csv`, "openTime,open,high,low,close,volume,revision,source", rows);
}

const text = (value: number) => Number.isNaN(value) ? "" : value;
const rolling: unknown[][] = [], full: unknown[][] = [];
for (const timeframe of TIMEFRAMES) {
  const [a, b] = [ledgers.BTCUSDT.grid, ledgers.ES.grid];
  const s = correlate(a, b, { timeframe });
  for (let i = 0; i < s.length; i++) {
    const counts = [s.openTime[i], "BTCUSDT/ES", timeframe, s.window, s.n[i], s.expected[i]];
    rolling.push([...counts, text(s.r[i]!), text(s.lo[i]!), text(s.hi[i]!)]);
  }
  const e = correlateAll(a, b, { timeframe, source: "replay" });
  const values = e.kind === "ok" ? [e.value, ...e.ci] : ["", "", ""];
  full.push(["BTCUSDT/ES", timeframe, e.n, e.expected, ...values, e.from, e.to]);
}
write("correlation.csv", "openTime,pair,timeframe,window,n,expected,r,lo,hi", rolling);
write("correlation_full.csv", "pair,timeframe,n,expected,r,lo,hi,from,to", full);
