import assert from "node:assert/strict";
import type { ExportFormat } from "../../lib/export/formats.ts";
import type { ExportManifest } from "../../lib/export/manifest.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import type { Market } from "../../lib/market/market.ts";
import { save } from "../../lib/notebook/save.ts";
import { endSession, setup } from "../../lib/notebook/setup.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { claimFolder } from "../../lib/runtime/output_folder.ts";
import { BITCOIN, ES, fakeMarket } from "../support/fake_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { openNotebook } from "./fake_kernel.ts";

async function withMarket(use: (market: Market, dir: string) => Promise<void>): Promise<void> {
  const { market, close } = fakeMarket([BITCOIN, ES]);
  for (let minute = 0; minute < 40; minute++) await close(minute);
  await withTempFolder((dir) => use(market, dir));
  await market.close();
}

Deno.test("save writes the files of an export, without a set-up and without options", () =>
  withMarket(async (market, dir) => {
    const paths = await save(market, `${dir}/out`);
    await exportMarket(market, `${dir}/same`, { files: systemFiles, events: market.history });
    const names = paths.map((path) => path.slice(`${dir}/out/`.length));
    assert.ok(names.includes("bars_BTCUSDT_1m.csv") && names.includes("coverage.json"));
    for (const name of names) {
      assert.equal(
        await Deno.readTextFile(`${dir}/out/${name}`),
        await Deno.readTextFile(`${dir}/same/${name}`),
        name,
      );
    }
    const bars = (await Deno.readTextFile(`${dir}/out/bars_ES_1m.csv`)).trim().split("\n");
    assert.equal(bars.length, 1 + market.bars("ES").length);
  }));

Deno.test("save stays out of a folder that another notebook writes to", () =>
  withMarket(async (market, dir) => {
    const claim = await claimFolder(`${dir}/out`, "save");
    await assert.rejects(save(market, `${dir}/out`), { code: "folder-in-use" });
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${dir}/out`), ({ name }) => name), [
      ".comove.lock",
    ]);
    await claim.release();
    const paths = await save(market, `${dir}/out`);
    const there = await Array.fromAsync(Deno.readDir(`${dir}/out`));
    assert.equal(there.length, paths.length, "no lock is left");
  }));

Deno.test("save writes the same tables as JSON, with null for what is unknown", () =>
  withMarket(async (market, dir) => {
    await save(market, `${dir}/csv`);
    const paths = await save(market, `${dir}/json`, { format: "json" });
    for (const name of ["bars_ES_1m", "aligned_1m", "correlation", "correlation_full"]) {
      assert.ok(paths.includes(`${dir}/json/${name}.json`), name);
      const { columns, data } = JSON.parse(await Deno.readTextFile(`${dir}/json/${name}.json`));
      const [head, ...rows] = (await Deno.readTextFile(`${dir}/csv/${name}.csv`)).trim().split(
        "\n",
      );
      assert.equal(columns.join(","), head);
      const lines = data.map((row: unknown[]) => row.map((cell) => cell ?? "").join(","));
      assert.deepEqual(lines, rows, name);
    }
    const text = await Deno.readTextFile(`${dir}/json/aligned_1m.json`);
    assert.match(text, /null/, "the first return is unknown");
  }));

Deno.test("save writes workbooks and Parquet of the same data, and a manifest that says so", () =>
  withMarket(async (market, dir) => {
    const hashesOf = async (format: ExportFormat): Promise<Map<string, string>> => {
      const paths = await save(market, `${dir}/${format}`, { format });
      assert.ok(paths.includes(`${dir}/${format}/correlation.${format}`));
      const manifest: ExportManifest = JSON.parse(
        await Deno.readTextFile(`${dir}/${format}/manifest.json`),
      );
      assert.equal(manifest.files.length, 5);
      return new Map(manifest.files.map((file) => [file.name.split(".")[0]!, file.dataSha256]));
    };
    const csv = await hashesOf("csv");
    for (const format of ["json", "xlsx", "parquet"] as const) {
      assert.deepEqual(await hashesOf(format), csv, format);
    }
  }));

Deno.test("save keeps what happened, and says in the notebook what went where", () =>
  withMarket(async (market, dir) => {
    const { page, clock, run, events } = openNotebook();
    await run(setup({}, {
      jupyter: page,
      clock,
      events,
      random: () => 0.5,
      library: () => Promise.resolve("<script></script>"),
    }));
    const saving = save(market, `${dir}/out`, { timeframes: ["5m"] });
    while (!page.outputs.some(({ text }) => text.startsWith("Saved"))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await run(saving);
    const said = page.outputs.find(({ text }) => text.startsWith("Saved"))!.text;
    assert.match(said, /^Saved \d+ files of .* data in .*\/out: bars_BTCUSDT_5m\.csv, /);
    const kept = await Deno.readTextFile(`${dir}/out/events.jsonl`);
    assert.equal(
      kept.trim().split("\n").filter((line) => line !== "").length,
      market.history.length,
    );
    endSession();
  }));

Deno.test("save refuses what it does not know before it writes", () =>
  withMarket(async (market, dir) => {
    const wrong = (options: object) => save(market, `${dir}/no`, options);
    await assert.rejects(
      wrong({ format: "xml" }),
      /format must be one of csv, json, xlsx, parquet, got xml/,
    );
    await assert.rejects(wrong({ timeframes: ["3h"] }), /timeframe must be one of .*, got 3h/);
    await assert.rejects(wrong({ timeframe: "1h" }), /did you mean timeframes\?/);
    await assert.rejects(save(market, ""), /dir must be the name of a folder/);
    await assert.rejects(Deno.stat(`${dir}/no`), Deno.errors.NotFound);
  }));
