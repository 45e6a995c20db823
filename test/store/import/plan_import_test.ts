import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { EXPORT_FORMATS } from "../../../lib/export/formats.ts";
import { MarketError } from "../../../lib/model/errors.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { systemFiles } from "../../../lib/runtime/files.ts";
import { exportSource, exportStore } from "../../../lib/store/export/export_store.ts";
import type { ImportPlan } from "../../../lib/store/import/import_plan.ts";
import { planImportAside } from "../../../lib/store/import/plan_aside.ts";
import {
  type ImportRequest,
  isUnhindered,
  planImport,
} from "../../../lib/store/import/plan_import.ts";
import { openStore } from "../../../lib/store/open_store.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { gzipOfZeros, zipOfGzip } from "../support/import_bomb.ts";
import { barColumns, BTC, ES } from "../support/store_rows.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);
const NOW = START + 30 * DAY;

function plan(
  content: string | Uint8Array,
  more: Partial<ImportRequest> = {},
): Promise<ImportPlan> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return planImport({ name: "f", bytes, instrument: BTC, now: NOW, ...more });
}

/** Minutes as lines of CSV. */
function minutes(count: number, from = START): string[] {
  return Array.from({ length: count }, (_, at) => {
    const close = 100 + (at * 7919 % 13);
    return `${from + at * MINUTE},100,${Math.max(100, close) + 1},99,${close},${1 + at % 5}`;
  });
}
const HEAD = "openTime,open,high,low,close,volume";

function csvOf(lines: readonly string[]): string {
  return `${[HEAD, ...lines].join("\n")}\n`;
}

async function zipOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, text] of Object.entries(files)) await zip.add(name, new TextReader(text));
  return await zip.close();
}

function barsIn({ batch }: ImportPlan) {
  return batch.bars![0]!;
}

Deno.test("bars of CSV, gzip, zip, JSON in three forms and Parquet are the same bars", async () => {
  const lines = minutes(40);
  const wanted = await plan(csvOf(lines));
  assert.ok(isUnhindered(wanted));
  assert.deepEqual([wanted.what, wanted.rows, barsIn(wanted).stepMs], ["bars of 1m", 40, MINUTE]);
  assert.deepEqual([...new Set(barsIn(wanted).bars.source)], ["imported"]);
  assert.deepEqual(wanted.batch.coverage, [{
    instrument: "BTCUSDT",
    stepMs: MINUTE,
    from: START,
    to: START + 40 * MINUTE,
    state: "complete",
    reason: "imported",
  }]);
  const rows = lines.map((line) => line.split(",").map(Number));
  const columns = HEAD.split(",");
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [column, row[at]]))
  );
  const forms: Record<string, string | Uint8Array> = {
    gzip: gzipSync(csvOf(lines)),
    zip: await zipOf({ "BTCUSDT-1m.csv": csvOf(lines) }),
    columns: JSON.stringify({ columns, data: rows }),
    objects: JSON.stringify(objects),
    arrays: JSON.stringify(rows),
  };
  for (const [form, content] of Object.entries(forms)) {
    assert.deepEqual(barsIn(await plan(content)), barsIn(wanted), form);
  }
});

Deno.test("every format of our own export is imported as it was, to the last digit", async () => {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const rows = Array.from({ length: 50 }, (_, at) => {
    return { openTime: START + at * MINUTE, close: 100 + at / 7, volume: at / 3 };
  });
  await store.write({
    instruments: [BTC],
    bars: [{ instrument: BTC.id, stepMs: MINUTE, bars: barColumns(rows) }],
  });
  await withTempFolder(async (dir) => {
    for (const format of EXPORT_FORMATS.filter((format) => format !== "xlsx")) {
      const out = `${dir}/bars.${format}`;
      await exportStore(await exportSource(store), "bars", {}, { out, format, files: systemFiles });
      const { bars } = barsIn(await plan(await Deno.readFile(out)));
      const stored = await store.bars({
        instrument: BTC.id,
        stepMs: MINUTE,
        from: -Infinity,
        to: Infinity,
      });
      for (const name of ["openTime", "open", "high", "low", "close", "volume"] as const) {
        assert.deepEqual(bars[name], stored[name], `${name} of ${format}`);
      }
    }
  });
  await store.close();
});

Deno.test("rows that cannot be stored are named with their lines, and hinder the import", async () => {
  const lines = minutes(30);
  lines[3] = `${START + 3 * MINUTE},100,90,99,100,1`;
  lines[5] = `${START + 5 * MINUTE},100,101,99,x,1`;
  lines[7] = `${START + 7 * MINUTE + 1_000},100,101,99,100,1`;
  lines.push(`${START + 9 * MINUTE},100,101,99,100.5,1`, lines[11]!);
  lines.push(`${NOW},100,101,99,100,1`);
  const found = await plan(csvOf(lines));
  assert.ok(!isUnhindered(found));
  assert.equal(found.refused, 5);
  assert.equal(found.repeats, 1);
  assert.equal(found.rows, 27);
  const named = found.named.map(({ row, reason }) => `${row}: ${reason}`).join("\n");
  assert.match(named, /^line 5: high 90 is below low 99/m);
  assert.match(named, /^line 7: close "x" is no number$/m);
  assert.match(named, /^line 9: 2025-12-03 15:07:01 UTC is no open of a bar of 1m$/m);
  assert.match(named, /^line 32: it has other values than line 11 of the same time$/m);
  assert.match(named, /^line 34: the bar of .* has not ended yet$/m);
  const times = barsIn(found).bars.openTime;
  assert.ok(times.every((time, at) => at === 0 || time > times[at - 1]!), "ascending, each once");
  const json = await plan(JSON.stringify([{ time: START, open: 1, high: 0, low: 2, close: 1 }]
    .concat([{ time: START + MINUTE, open: 1, high: 2, low: 1, close: 1 }])));
  assert.match(json.named[0]!.row, /^row 1$/);
});

Deno.test("times of another zone, of the end of bars, and prices in fixed point have to be said", async () => {
  const lines = minutes(30).map((line) => line.replace(/^\d+/, (t) => `${Number(t) + MINUTE}`));
  const stamped = `close time,open,high,low,close,volume\n${lines.join("\n")}\n`;
  const found = await plan(stamped);
  assert.match(found.obstacles.join(), /give --stamp close/);
  const moved = await plan(stamped, { reading: { stamp: "close" } as never });
  assert.deepEqual(moved.obstacles, []);
  assert.equal(barsIn(moved).bars.openTime[0], START);
});

Deno.test("the length of bars is theirs, or as given; others are refused", async () => {
  const five = minutes(20).map((line, at) => line.replace(/^\d+/, `${START + at * 5 * MINUTE}`));
  assert.equal(barsIn(await plan(csvOf(five))).stepMs, 5 * MINUTE);
  await assert.rejects(plan(csvOf(minutes(20)), { timeframe: "5m" }), {
    code: "import",
    message: /cannot be imported as bars of 5m: its bars are 60 s apart/,
  });
  const one = await plan(csvOf(minutes(1)), { timeframe: "1m" });
  assert.equal(one.rows, 1);
  const two = minutes(20).map((line, at) => line.replace(/^\d+/, `${START + at * 2 * MINUTE}`));
  await assert.rejects(plan(csvOf(two)), { code: "import", message: /120 s long/ });
});

Deno.test("a file of several symbols is none of one; contract months of a future are kept", async () => {
  const named = (names: readonly string[]) =>
    `symbol,${HEAD}\n${
      minutes(20).map((line, at) => `${names[at % names.length]},${line}`).join("\n")
    }\n`;
  assert.match((await plan(named(["BTCUSDT", "ETHUSDT"]))).obstacles.join(), /several symbols/);
  const future = await plan(named(["ESZ5"]), { instrument: ES });
  assert.deepEqual(barsIn(future).contract!.slice(0, 2), ["ESZ5", "ESZ5"]);
});

Deno.test("trades of Binance's archive are read with and without header, in ms and µs", async () => {
  const spot = [
    `7,100.5,0.25,25.125,${START}000,True,True`,
    `8,100.6,0.5,50.3,${START + 1}999,False,True`,
  ];
  const found = await plan(await zipOf({ "BTCUSDT-trades-2025-12-03.csv": spot.join("\n") }));
  assert.deepEqual([found.what, found.rows, found.refused], ["trades", 2, 0]);
  const { trades } = found.batch.trades![0]!;
  assert.deepEqual(
    [[...trades.id], [...trades.time], [...trades.price], [...trades.size], [...trades.side]],
    [[7, 8], [START, START + 1], [100.5, 100.6], [0.25, 0.5], [-1, 1]],
  );
  const um =
    "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n" +
    `5,100,1,9,9,${START},true\n6,101,2,10,12,${START + 5},false\n9,101,2,20,22,${
      START + 9
    },false\n`;
  await assert.rejects(plan(um), { code: "import", message: /aggregate trades.*single trades/ });
  const aggregate = await plan(um, { tradeIds: "aggregate" });
  assert.deepEqual([...aggregate.batch.trades![0]!.trades.id], [5, 6, 9]);
  assert.deepEqual(
    aggregate.batch.coverage!.map(({ from, to }) => [from - START, to - START]),
    [[0, 6], [9, 10]],
  );
  const klines = minutes(30).map((line) =>
    line.replace(/^(\d+)/, "$1000").concat(`,${START}999,5,7,1,2,0`)
  );
  const bars = await plan(await zipOf({ "BTCUSDT-1m-2025-12.csv": `${klines.join("\n")}\n` }));
  assert.deepEqual([bars.what, bars.rows], ["bars of 1m", 30]);
  assert.equal(barsIn(bars).bars.openTime[0], START);
});

Deno.test("trades that cannot be stored are named; the same one twice is one", async () => {
  const lines = [
    "id,time,price,size,side,received",
    `1,${START},100,1,1,${START + 4}`,
    `1,${START},100,1,1,${START + 4}`,
    `2,${START},-5,1,1,${START}`,
    `x,${START},100,1,1,${START}`,
    `3,${NOW * 2},100,1,1,${START}`,
    `4,${START},100,0,1,${START}`,
    `5,${START}`,
  ];
  const found = await plan(`${lines.join("\n")}\n`);
  assert.deepEqual([found.rows, found.repeats, found.refused], [1, 1, 5]);
  assert.match(
    found.named.map(({ row, reason }) => `${row}: ${reason}`).join("\n"),
    /^line 4: price "-5"/,
  );
  assert.equal(found.batch.trades![0]!.trades.received[0], START + 4);
});

Deno.test("a millisecond within which ids jump is not called whole", async () => {
  const rows = [[1, 0], [2, 5], [9, 5], [12, 5], [13, 8], [14, 9]] as const;
  const lines = rows.map(([id, at]) => `${id},${START + at},100,1,1`);
  const { batch } = await plan(`id,time,price,size,side\n${lines.join("\n")}\n`);
  const found = batch.coverage!.map(({ from, to, state }) => [from - START, to - START, state]);
  assert.deepEqual(found, [[0, 5, "complete"], [5, 6, "missing"], [6, 10, "complete"]]);
  const store = await openStore({ kind: "memory", dataKind: "live" });
  await store.write(batch);
  assert.deepEqual((await store.check()).findings, []);
  await store.close();
});

Deno.test("archives and documents that are damaged, empty, foreign or of several tables are refused", async () => {
  const zip = await zipOf({ "a.csv": csvOf(minutes(30)) });
  const two = await zipOf({ "a.csv": "1", "b.csv": "2" });
  const none = await zipOf({ "a.png": "1" });
  const cases: readonly (readonly [string | Uint8Array, RegExp])[] = [
    [zip.slice(0, zip.length - 30), /cannot be unpacked/],
    [two, /holds 2 tables/],
    [none, /holds no CSV or JSON/],
    [gzipSync(csvOf(minutes(30))).slice(0, 60), /cannot be unpacked/],
    [
      new TextEncoder().encode("PAR1 and no more PAR1"),
      /^f is no whole Parquet file: its footer .* is damaged, cut off, .* Write it again\.$/,
    ],
    ['{"columns":["a"],"data":[', /no whole JSON/],
    ['{"error":"limit"}', /is no table/],
    ["[".repeat(50_000) + "]".repeat(50_000), /its first line is \{…\}/],
    ['[{"openTime":{"a":[1]},"open":[1],"high":1,"low":1,"close":1}]', /too few bars/],
    ["[1,2,3]", /is no table/],
    ["<html><body>404</body></html>", /web page/],
    ["", /empty/],
    ["a,b\n1,2\n", /column/],
  ];
  for (const [content, message] of cases) {
    await assert.rejects(plan(content), (error: unknown) => {
      assert.ok(error instanceof MarketError, `${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
});

/** Longest text of a file is 512 MB. */
const BOMB_MB = Number(Deno.env.get("TEST_BOMB_MB") ?? 600);

Deno.test("an archive that unpacks to too much is refused before it fills the memory", () =>
  withTempFolder(async (folder) => {
    const module = new URL("../support/measured_import.ts", import.meta.url).pathname;
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const gzip = await gzipOfZeros(BOMB_MB);
    const bombs = {
      "gzip": [gzip, /it unpacks to more than 512 MB\. Take a file of fewer days/],
      "zip": [zipOfGzip(gzip, BOMB_MB * 1e6 % 2 ** 32), /it unpacks to more than/],
      "lying zip": [
        zipOfGzip(gzip, 80e6),
        /it unpacks to more than it says|Invalid uncompressed size/,
      ],
    } as const;
    for (const [kind, [bytes, reason]] of Object.entries(bombs)) {
      const path = `${folder}/bomb`;
      await Deno.writeFile(path, bytes);
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", "--no-check", "--config", config, module, path],
        stdin: "null",
      }).output();
      const text = new TextDecoder();
      assert.equal(code, 0, text.decode(stderr));
      const { message, megabytes } = JSON.parse(text.decode(stdout));
      assert.match(message, reason, kind);
      assert.ok(megabytes < 300, `${kind}: ${megabytes} MB`);
    }
  }));

Deno.test("a large import leaves the event loop alone, and can be ended", async () => {
  const rows = csvOf(minutes(150_000, START - 200 * DAY));
  let last = performance.now(), longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const request = { name: "f", instrument: BTC, now: NOW };
  const bytes = new TextEncoder().encode(rows);
  const whole = await planImport({ ...request, bytes: bytes.slice() });
  last = performance.now();
  longest = 0;
  const aside = await planImportAside({ ...request, bytes: bytes.slice() });
  clearInterval(timer);
  assert.deepEqual({ ...aside, examined: undefined }, { ...whole, examined: undefined });
  assert.deepEqual(aside.examined!.doubts, whole.examined!.doubts);
  assert.deepEqual(aside.examined!.shown.report, whole.examined!.shown.report);
  // In this thread it takes more than a second.
  assert.ok(longest < 500, `${longest} ms`);
  const stop = new AbortController();
  const ended = planImportAside({ ...request, bytes }, stop.signal);
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await assert.rejects(ended, /enough/);
  const bad = planImportAside({ ...request, bytes: new TextEncoder().encode("[1,2]") });
  await assert.rejects(bad, (error) => error instanceof MarketError && error.code === "import");
});

Deno.test("whatever the bytes, an import is a plan or a refusal", async () => {
  const zip = await zipOf({ "a.csv": csvOf(minutes(30)) });
  const beginnings = [
    zip,
    new TextEncoder().encode("PAR1"),
    gzipSync(csvOf(minutes(30))),
    new TextEncoder().encode(csvOf(minutes(30))),
    new TextEncoder().encode(JSON.stringify({ columns: HEAD.split(","), data: [[1, 2]] })),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...beginnings),
      fc.array(fc.tuple(fc.nat(4_000), fc.nat(255)), { maxLength: 8 }),
      fc.uint8Array({ maxLength: 60 }),
      async (begin, changes, tail) => {
        const bytes = new Uint8Array([...begin, ...tail]);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          const { batch, rows } = await plan(bytes);
          const columns = batch.bars?.[0]?.bars.openTime ?? batch.trades?.[0]?.trades.time;
          assert.equal(columns!.length, rows);
        } catch (error) {
          assert.ok(error instanceof MarketError, `${(error as Error).stack}`);
        }
      },
    ),
    { numRuns: 150 },
  );
});
