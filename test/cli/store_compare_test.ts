import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { parquetWriteBuffer } from "hyparquet-writer";
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { storeCompare } from "../../lib/cli/store_compare.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { MadeBars } from "../store/compare/series.ts";
import { atPrices, atTimes, madeBars, only } from "../store/compare/series.ts";
import { ES } from "../support/fake_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE;
const bars = madeBars({ minutes: 1_440 });

async function filledStore(path: string): Promise<void> {
  const store = await openStore({ kind: "sqlite", path, dataKind: "live" });
  const unknown = bars.openTime.map(() => NaN);
  await store.write({
    instruments: [ES],
    bars: [{
      instrument: "ES",
      stepMs: MINUTE,
      bars: {
        openTime: bars.openTime,
        open: bars.open,
        high: bars.high,
        low: bars.low,
        close: bars.close,
        volume: bars.volume,
        trades: unknown,
        vwap: unknown,
        revision: new Uint16Array(unknown.length),
        source: Array.from(unknown, () => "live" as const),
      },
    }],
  });
  await store.close();
}

function csvOf(made: MadeBars): string {
  const rows = Array.from(
    made.openTime,
    (time, i) =>
      [time, made.open[i], made.high[i], made.low[i], made.close[i], made.volume[i]].join(),
  );
  return ["openTime,open,high,low,close,volume", ...rows, ""].join("\n");
}

/** Runs the command on a store of ES and a file of these bars; `FOLDER` stands for where both lie. */
function compared(file: MadeBars | string, ...args: readonly string[]) {
  return withTempFolder(async (folder) => {
    const path = `${folder}/store.db`, other = `${folder}/other.csv`;
    await filledStore(path);
    await Deno.writeTextFile(other, typeof file === "string" ? file : csvOf(file));
    const { terminal, out } = fakeTerminal();
    const all = ["--path", path, "--symbol", "ES", "--with", other, ...args];
    const code = await storeCompare(all.map((arg) => arg.replace("FOLDER", folder)), terminal);
    const read = (name: string) => Deno.readTextFile(`${folder}/${name}`).catch(() => undefined);
    return {
      code,
      text: out(),
      page: await read("page.html") ?? await read("report/compare_ES.html"),
      minutes: await read("report/compare_ES_minutes.csv"),
    };
  });
}

Deno.test("store compare of equal bars ends with 0 and says so", async () => {
  const { code, text } = await compared(bars);
  assert.equal(code, 0);
  assert.match(text, /^ES: other\.csv against the store\nok +Equal: all 1,440 bars of 1 min/);
});

Deno.test("store compare of bars that differ ends with 1 and says in what", async () => {
  const late = await compared(atTimes(bars, (time) => time + HOUR));
  assert.equal(late.code, 1);
  assert.match(late.text, /The times of other\.csv are 1 h late/);
  const other = await compared(atPrices(bars, (price) => price + 33.5));
  assert.equal(other.code, 1);
  assert.match(other.text, /33\.5 above those of the store.*another contract month/);
});

Deno.test("store compare reads every format that import reads", async () => {
  const csv = csvOf(bars);
  const names = ["openTime", "open", "high", "low", "close", "volume"] as const;
  const rows = Array.from(bars.openTime, (_, i) => names.map((name) => bars[name][i]!));
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await zip.add("bars.csv", new TextReader(csv));
  const parquet = parquetWriteBuffer({
    columnData: names.map((name) => ({ name, data: Array.from(bars[name]), type: "DOUBLE" })),
  });
  const files: Readonly<Record<string, Uint8Array | string>> = {
    "bars.csv": csv,
    "bars.csv.gz": gzipSync(csv),
    "bars.zip": await zip.close(),
    "bars.json": JSON.stringify({ columns: names, data: rows }),
    "bars.parquet": new Uint8Array(parquet),
  };
  await withTempFolder(async (folder) => {
    const path = `${folder}/store.db`;
    await filledStore(path);
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${name}`, bytes);
      const { terminal, out } = fakeTerminal();
      const args = ["--path", path, "--symbol", "ES", "--with", `${folder}/${name}`];
      assert.equal(await storeCompare(args, terminal), 0, name);
      assert.match(out(), /Equal: all 1,440 bars/, name);
    }
    await Deno.writeTextFile(`${folder}/bad.parquet`, "PAR1 and no more PAR1");
    const args = ["--path", path, "--symbol", "ES", "--with", `${folder}/bad.parquet`];
    await assert.rejects(storeCompare(args, fakeTerminal().terminal), {
      code: "usage",
      message: /bad\.parquet is no whole Parquet file: its footer/,
    });
  });
});

Deno.test("store compare takes what the options allow as equal", async () => {
  const near = atPrices(bars, (price) => price + 0.25);
  assert.equal((await compared(near, "--tolerance", "0.25")).code, 0);
  assert.equal((await compared(near, "--tolerance", "0.2")).code, 1);
  const more = { ...bars, volume: bars.volume.map((one) => one * 1.04) };
  assert.equal((await compared(more, "--volume-tolerance", "5")).code, 0);
  const holed = only(bars, (time) => time % (100 * MINUTE) !== 0);
  assert.equal((await compared(holed, "--share", "98")).code, 0);
  assert.equal((await compared(holed)).code, 1);
});

Deno.test("store compare reads a file as its options say", async () => {
  const rows = Array.from(bars.openTime, (time, i) => {
    const local = new Date(time - 5 * HOUR).toISOString().slice(0, 19).replace("T", " ");
    return `${local},${bars.open[i]},${bars.high[i]},${bars.low[i]},${bars.close[i]},${
      bars.volume[i]
    }`;
  });
  const text = ["time,open,high,low,close,volume", ...rows, ""].join("\n");
  assert.equal((await compared(text, "--zone", "America/New_York")).code, 0);
  const plain = await compared(text);
  assert.equal(plain.code, 1);
  assert.match(plain.text, /5 h early .* --zone America\/New_York\./);
});

Deno.test("store compare --json holds all that was found, and no number that is none", async () => {
  const { code, text } = await compared(atPrices(bars, (price) => price + 9), "--json");
  const found = JSON.parse(text);
  assert.equal(code, 1);
  assert.equal(found.verdict, "different");
  assert.equal(found.price.levels[0].offset, 9);
  assert.equal(found.common, 1_440);
  assert.equal(found.shift.stretches[0].shiftMs, 0);
  assert.match(found.file.sha256, /^[0-9a-f]{64}$/);
  assert.equal(found.sentences[0].about, "verdict");
});

Deno.test("store compare --report writes a page that loads nothing, and every difference as CSV", async () => {
  const wrong = bars.openTime[700]!;
  const one = atPrices(bars, (price, time) => time === wrong ? price + 5 : price);
  const { page, minutes } = await compared(one, "--report", "FOLDER/report");
  assert.match(page!, /<title>ES: other\.csv against the store<\/title>/);
  assert.match(page!, /default-src 'none'/);
  assert.ok(!/(?:src|href)="https?:/.test(page!));
  assert.match(page!, /Different: of 1,440 bars of 1 min/);
  assert.match(page!, /2026-01-05 11:40:00 UTC/);
  const lines = minutes!.trim().split("\n");
  assert.equal(lines.length, 1_441);
  assert.equal(lines[0], "openTime,utc,open,high,low,close,volume,isEqual");
  assert.equal(lines[701], `${wrong},2026-01-05 11:40:00 UTC,5,5,5,5,0,0`);
  assert.equal(lines.filter((line) => line.endsWith(",1")).length, 1_439);
  const single = await compared(one, "--report", "FOLDER/page.html");
  assert.match(single.page!, /<!doctype html>/);
});

Deno.test("a page of a foreign file name holds no markup of it", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/store.db`, other = `${folder}/<img onerror=x>.csv`;
    await filledStore(path);
    await Deno.writeTextFile(other, csvOf(bars));
    const { terminal } = fakeTerminal();
    const page = `${folder}/p.html`;
    const args = ["--path", path, "--symbol", "ES", "--with", other, "--report", page];
    assert.equal(await storeCompare(args, terminal), 0);
    assert.ok(!(await Deno.readTextFile(page)).includes("<img onerror"));
  }));

Deno.test("store compare calls a bad command line by its name, which ends with 2", async () => {
  const refused = async (file: string, ...args: readonly string[]): Promise<string> => {
    try {
      await compared(file, ...args);
    } catch (error) {
      assert.ok(error instanceof MarketError && error.code === "usage", String(error));
      return error.message;
    }
    throw new Error("was taken");
  };
  const { terminal } = fakeTerminal();
  await assert.rejects(storeCompare([], terminal), /needs --symbol/);
  await assert.rejects(storeCompare(["--symbol", "ES"], terminal), /needs --with/);
  assert.match(await refused("no bars\n"), /other\.csv/);
  assert.match(
    await refused(csvOf(bars), "--share", "101"),
    /--share must be at most 100, got 101/,
  );
  assert.match(await refused(csvOf(bars), "--zone", "Mars"), /--zone must be an IANA time zone/);
  assert.match(await refused(csvOf(bars), "--tolerence", "1"), /not an option here/);
});

Deno.test("store compare of what is not stored names what is", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/store.db`, other = `${folder}/other.csv`;
    await filledStore(path);
    await Deno.writeTextFile(other, csvOf(bars));
    const { terminal } = fakeTerminal();
    await assert.rejects(
      storeCompare(["--path", path, "--symbol", "NQ", "--with", other], terminal),
      /NQ is not in .*store\.db; stored there: ES\./,
    );
  }));
