import assert from "node:assert/strict";
import { readBarsCsv } from "../../lib/bars/csv/read_bars_csv.ts";
import { sampleBars, samples, vendorBars } from "../../lib/cli/samples.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import type { Files } from "../../lib/runtime/files.ts";
import { simulatedBars } from "../../lib/simulator/bars_csv.ts";
import type { ComparedColumns } from "../../lib/store/compare/bar_series.ts";
import { compareBars } from "../../lib/store/compare/compare_bars.ts";
import { openFileTruth } from "../../lib/simulator/file_truth.ts";

const FOLDER = new URL("../../data-samples/", import.meta.url);

Deno.test("sampleBars makes the sample again, byte for byte", async () => {
  for (const symbol of ["BTCUSDT", "ES"] as const) {
    const kept = await Deno.readTextFile(new URL(`bars_${symbol}_1m.csv`, FOLDER));
    assert.ok(sampleBars(symbol) === kept, `deno task samples would change bars_${symbol}_1m.csv`);
  }
});

Deno.test("vendorBars makes the file of another source again, and a comparison finds all that it does", async () => {
  const text = await Deno.readTextFile(new URL("vendor_ES_1m.csv", FOLDER));
  assert.ok(vendorBars() === text, "deno task samples would change vendor_ES_1m.csv");
  const [ours, theirs] = [sampleBars("ES"), text].map((one) =>
    readBarsCsv(one, { file: "es.csv" }).columns as ComparedColumns
  );
  const { shift, price, ours: side, worst, volume } = compareBars(ours!, theirs!, {
    hasContracts: true,
  });
  assert.deepEqual(shift.cause, { kind: "zone", zones: ["America/Chicago"], readAs: "UTC" });
  assert.deepEqual(price.kind === "offset" && price.levels.map(({ offset }) => offset), [58.25]);
  assert.deepEqual(side.alone.map(({ from, bars }) => [from, bars]), [
    [Date.UTC(2025, 11, 3, 15, 10), 7],
  ]);
  assert.deepEqual([worst[0]!.openTime, worst[0]!.apart], [Date.UTC(2025, 11, 3, 18, 42), 25]);
  assert.equal(volume.kind, "same");
});

Deno.test("samples are bars a simulated venue can serve", async () => {
  const files = await Promise.all(
    ["BTCUSDT", "ETHUSDT", "ES", "NQ"].map(async (symbol) => {
      const file = `bars_${symbol}_1m.csv`;
      const text = await Deno.readTextFile(new URL(file, FOLDER));
      return { symbol, rows: simulatedBars(text, { symbol, file }).rows };
    }),
  );
  assert.deepEqual(files.map(({ rows }) => rows.length), [2_880, 2_880, 2_760, 2_760]);
  const truth = openFileTruth(files);
  assert.equal(truth.minute("ESZ5", truth.from), files[2]!.rows[0]);
});

Deno.test("sampleBars shows the minutes of the embedded market with its default settings", async () => {
  await using market = await openMarket({}, { config: parseConfig({}) });
  const ready = Date.now() + 20_000;
  while (!market.isBackfilled("BTCUSDT")) {
    assert.ok(Date.now() < ready, "the embedded market should have its history by now");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const sample = simulatedBars(sampleBars("BTCUSDT"), { symbol: "BTCUSDT", file: "sample" }).rows;
  const closes = new Map(sample.map(({ openTime, close }) => [openTime, close]));
  const bars = market.bars("BTCUSDT").filter(({ openTime }) => closes.has(openTime));
  assert.ok(bars.length > 600, `${bars.length} minutes lie in both`);
  for (const { openTime, close } of bars) assert.equal(close, closes.get(openTime));
});

Deno.test("samples writes one file for each symbol into the folder", async () => {
  const written = new Map<string, string>();
  const files: Files = {
    readText: () => Promise.reject(new Error("nothing is to be read")),
    writeText: (path, text) => Promise.resolve(void written.set(path, text)),
    exists: () => Promise.resolve(false),
    writePieces: () => Promise.reject(new Error("nothing is written in pieces")),
  };
  const said: string[] = [];
  const terminal = {
    out: (text: string) => void said.push(text),
    err: () => {},
    env: {},
    clearLine: () => {},
    isInteractive: false,
    stop: new AbortController().signal,
  };
  const claimFolder = (path: string) => Promise.resolve({ path, release: () => Promise.resolve() });
  assert.equal(await samples(["--dir", "out"], terminal, { files, claimFolder }), 0);
  const bars = ["BTCUSDT", "ETHUSDT", "ES", "NQ"].map((symbol) => `out/bars_${symbol}_1m.csv`);
  const names = [...bars, "out/vendor_ES_1m.csv"];
  assert.deepEqual([...written.keys()], names);
  assert.equal(said.join(""), names.map((name) => `${name}\n`).join(""));
});
