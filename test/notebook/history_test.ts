import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { exportData } from "../../lib/notebook/export_data.ts";
import { importBars } from "../../lib/notebook/import_bars.ts";
import { remakeExport } from "../../lib/notebook/remake_export.ts";
import { sqlTable } from "../../lib/notebook/sql_table.ts";
import { storeBehind } from "../../lib/notebook/store_behind.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const SAMPLES = new URL("../../data-samples/", import.meta.url).pathname;

/** A store of kind live with the samples of ES and BTCUSDT. */
async function filledStore(folder: string): Promise<Store> {
  const store = await openStore({ kind: "sqlite", path: `${folder}/mine.db`, dataKind: "live" });
  for (const symbol of ["ES", "BTCUSDT"]) {
    await importBars(store, `${SAMPLES}bars_${symbol}_1m.csv`, { symbol });
  }
  return store;
}

Deno.test("importBars takes a file whole, once, and says by SQL what is there", () =>
  withTempFolder(async (folder) => {
    const store = await filledStore(folder);
    const again = await importBars(store, `${SAMPLES}bars_ES_1m.csv`, { symbol: "ES" });
    assert.deepEqual(again, { bars: 0, revisions: 0, trades: 0 });
    const { text, html } = await sqlTable(
      store,
      "select symbol, count(*) as n from bars join instruments using (instrument) group by 1",
    );
    assert.match(text, /BTCUSDT +2880/);
    assert.match(text, /ES +2760/);
    assert.match(html, /<table/);
    await assert.rejects(sqlTable(store, "delete from bars"), MarketError);
    await store.close();
  }));

Deno.test("importBars refuses a bad file, another store and a misspelt option, and imports nothing then", () =>
  withTempFolder(async (folder) => {
    const store = await openStore({ kind: "memory", dataKind: "live" });
    const files = {
      read: () =>
        Promise.resolve(
          new TextEncoder().encode(
            [
              "openTime,open,high,low,close",
              "1764633600000,5,6,4,5",
              "1764633660000,5,4,6,5",
              "1764633720000,5,6,4,5",
              "1764633780000,5,6,4,5",
              "",
            ].join("\n"),
          ),
        ),
    };
    await assert.rejects(
      importBars(store, "bad.csv", { symbol: "ES" }, { files }),
      /bad\.csv was not imported: .*1 row refused; line 3: /,
    );
    await assert.rejects(
      importBars(store, "bad.csv", { symbol: "ES", zon: "UTC" } as never, { files }),
      /options of importBars .* got zon; did you mean zone\?/,
    );
    assert.deepEqual(await store.instruments(), []);
    const other = await openStore({
      kind: "sqlite",
      path: `${folder}/simulated.db`,
      dataKind: "simulated",
      market: { seed: 1, start: 0 },
    });
    await assert.rejects(
      importBars(other, "bad.csv", { symbol: "ES" }, { files }),
      /holds simulated data; a file of yours belongs to a store of kind live/,
    );
    await other.close();
    await store.close();
  }));

Deno.test("an export is made again from its manifest to the last digit, with its picture", () =>
  withTempFolder(async (folder) => {
    const store = await filledStore(folder);
    const query = { pair: "BTCUSDT/ES", timeframe: "5m" };
    for (const ending of ["csv", "parquet"]) {
      const file = `${folder}/out/correlation.${ending}`;
      const { files } = await exportData(store, "correlation", file, query);
      const again = await remakeExport(store, `${file}.manifest.json`);
      assert.equal(again.isSame, true, again.message);
      assert.equal(again.dataSha256, files[0]!.dataSha256);
      assert.ok(again.rows > 500 && again.rows === files[0]!.rows);
      assert.match(again.figure!.alt, /BTC\/USDT – ES/);
      assert.match(again.message, /^The same to the last digit: [\d,]+ rows of correlation/);
    }
    const bars = await exportData(store, "bars", `${folder}/es.json`, { symbol: "ES" });
    assert.equal(bars.files[0]!.rows, 2_760);
    const remade = await remakeExport(store, `${folder}/es.json.manifest.json`);
    assert.deepEqual([remade.isSame, remade.figure], [true, undefined]);
    await store.close();
  }));

Deno.test("an export of data that has changed since is said not to be the same", () =>
  withTempFolder(async (folder) => {
    const store = await filledStore(folder);
    await exportData(store, "bars", `${folder}/es.csv`, { symbol: "ES" });
    const name = `${folder}/es.csv.manifest.json`;
    const manifest = JSON.parse(await Deno.readTextFile(name));
    manifest.files[0].parameters.from = Date.UTC(2025, 11, 3);
    await Deno.writeTextFile(name, JSON.stringify(manifest));
    const { isSame, message } = await remakeExport(store, name);
    assert.equal(isSame, false);
    assert.match(message, /^Not the same: 1,380 rows of bars now, 2,760 then/);
    await store.close();
  }));

Deno.test("remakeExport refuses what is no manifest, and a kind of export that is none", async () => {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const of = (text: string) => ({ files: { readText: () => Promise.resolve(text) } });
  for (const text of ["no json", "null", "{}", '{"kind":"comove-export","files":[]}']) {
    await assert.rejects(remakeExport(store, "m.json", of(text)), /m\.json is no manifest/);
  }
  const foreign = '{"kind":"comove-export","files":[{"what":"toString","parameters":{}}]}';
  await assert.rejects(remakeExport(store, "m.json", of(foreign)), /m\.json is of toString, which/);
  await assert.rejects(exportData(store, "bars", "out.doc"), /format must be one of .* got doc/);
  await store.close();
});

Deno.test("storeBehind gives what a market has written, and says where there is no store", () =>
  withTempFolder(async (folder) => {
    const base = { source: "simulated", clock: { speed: 60 }, data: { backfillHours: 2 } } as const;
    const config = parseConfig({
      overrides: { ...base, store: { kind: "sqlite", path: `${folder}/s.db` } },
    });
    await using market = await openMarket({}, { config });
    const store = await storeBehind(market);
    assert.equal(store.dataKind, "simulated");
    const bars = await store.bars({
      instrument: "BTCUSDT",
      stepMs: 60_000,
      from: -Infinity,
      to: Infinity,
    });
    assert.ok(bars.openTime.length >= 100, `${bars.openTime.length}`);
    await using plain = await openMarket({}, { config: parseConfig({ overrides: base }) });
    await assert.rejects(storeBehind(plain), /keeps its bars in memory alone/);
  }));
