/** `deno task stream` on symbols of every kind that Binance lists, against simulated venues that list them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { openFileTruth } from "../../lib/simulator/file_truth.ts";
import type { SimulatedBar } from "../../lib/simulator/truth.ts";
import { startCommand } from "../support/command.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const START = Date.UTC(2025, 11, 3, 14);
const SPOT = ["币安人生USDT", "1000PEPEUSDT", "1INCHUSDT", "БТЦUSDT", "カードUSDT", "हिंदीUSDT"];
const USDM = ["BTCUSDT_260327", "币安人生USDT"];

/** Four hours around the start, each symbol at a price of its own. */
function rowsOf(price: number): SimulatedBar[] {
  return Array.from({ length: 240 }, (_, i) => {
    const close = price + ((i * 7_919) % 7) / 4;
    const [openTime, volume, trades] = [START + (i - 120) * MINUTE, 3 + i % 5, 4];
    const [open, high, low, vwap] = [price, price + 2, price - 1, price];
    return { openTime, open, high, low, close, volume, trades, vwap };
  });
}

Deno.test("stream follows, correlates and exports symbols of any script, with digits in front and dated futures", async () => {
  const symbols = [...new Set([...SPOT, ...USDM])];
  const files = symbols.map((symbol, i) => ({ symbol, rows: rowsOf(10 + i) }));
  const embedded = await startEmbeddedVenues({
    truth: openFileTruth(files),
    clock: systemClock,
    start: START,
    speed: 60,
  });
  try {
    await withTempFolder(async (folder) => {
      const [spot, usdm] = ["binance", "usdm"].map((venue) => embedded.server(venue).port);
      const config = join(folder, "config.yaml");
      const out = join(folder, "out");
      await Deno.writeTextFile(
        config,
        `source: live
clock: { speed: 60 }
data: { backfillHours: 1 }
ibkr: { futures: [] }
deribit: { enabled: false }
binance:
  symbols: ${JSON.stringify(SPOT)}
  streamUrl: ws://127.0.0.1:${spot}
  restUrl: http://127.0.0.1:${spot}
usdm:
  symbols: ${JSON.stringify(USDM)}
  streamUrl: ws://127.0.0.1:${usdm}
  restUrl: http://127.0.0.1:${usdm}
correlation: { pairs: ["币安人生USDT/1000PEPEUSDT", "BTCUSDT_260327@usdm/БТЦUSDT"] }
`,
      );
      const doctor = startCommand("doctor", ["--config", config]);
      assert.equal(await doctor.exit, 0, doctor.out());
      const stream = startCommand("stream", [
        "--config",
        config,
        "--minutes",
        "2",
        "--export",
        out,
      ]);
      assert.equal(await stream.exit, 0, stream.err());
      assert.doesNotMatch(stream.err(), /does not know symbol|"level":"error"/);
      assert.match(stream.out(), /币安人生USDT\/1000PEPEUSDT .*60\/60/);
      for (const id of [...SPOT, ...USDM.map((symbol) => `${symbol}@usdm`)]) {
        const text = await Deno.readTextFile(join(out, `bars_${id}_1m.csv`));
        const rows = text.trimEnd().split("\n").slice(1).map((line) => line.split(",").map(Number));
        assert.ok(rows.length >= 61, `${id}: ${rows.length} minutes`);
        const truth = files.find(({ symbol }) => symbol === id.replace("@usdm", ""))!.rows;
        for (const [time, open, high, low, close] of rows) {
          const bar = truth.find(({ openTime }) => openTime === time)!;
          assert.deepEqual([open, high, low, close], [bar.open, bar.high, bar.low, bar.close], id);
        }
      }
    });
  } finally {
    await embedded.close();
  }
});
