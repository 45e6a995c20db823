import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MarketError } from "../../../lib/model/errors.ts";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import { Database } from "../../../lib/runtime/database.ts";
import { openStore, openStoreReader } from "../../../lib/store/open_store.ts";
import { MIGRATIONS } from "../../../lib/store/sqlite/schema.ts";
import { connectionTo } from "../../../lib/store/sqlite/sqlite_connection.ts";
import type { Store } from "../../../lib/store/store.ts";
import type { StoreOptions } from "../../../lib/store/store_options.ts";
import { digestAll } from "../../../lib/store/tables/digest_all.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { startWriter } from "../support/kill_writer.ts";
import { barColumns, BTC } from "../support/store_rows.ts";

const EVER = { from: -Infinity, to: Infinity };
const SEEDED = { seed: 7, start: Date.UTC(2025, 11, 1) };

function open(path: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  return openStore({ kind: "sqlite", path, dataKind: "simulated", ...options });
}

/** A closed store of one bar. */
async function stored(path: string, options: Partial<StoreOptions> = {}): Promise<void> {
  const store = await open(path, options);
  const bars = barColumns([{ openTime: 0 }]);
  await store.write({
    instruments: [BTC],
    bars: [{ instrument: "BTCUSDT", stepMs: MINUTE, bars }],
    coverage: [{
      instrument: "BTCUSDT",
      stepMs: MINUTE,
      from: 0,
      to: MINUTE,
      state: "complete",
      reason: "",
    }],
  });
  await store.close();
}

/** Opening rejects with this code and sentence, and the file stays as it is, byte for byte. */
async function assertRefused(
  path: string,
  opening: () => Promise<unknown>,
  code: string,
  sentence: RegExp,
): Promise<void> {
  const before = await Deno.readFile(path).catch(() => undefined);
  await assert.rejects(opening, (error) => {
    assert.ok(error instanceof MarketError, String(error));
    assert.match(error.message, sentence);
    assert.ok(error.message.includes(path), "the path is named");
    assert.equal(error.code, code);
    return true;
  });
  assert.deepEqual(await Deno.readFile(path).catch(() => undefined), before);
}

function test(name: string, use: (path: string, folder: string) => Promise<void>): void {
  Deno.test(
    name,
    () => withTempFolder((folder) => use(join(folder, "comove-simulated.db"), folder)),
  );
}

test("a second writer is refused by a sentence that names the first", async (path) => {
  const first = await open(path);
  const again = new RegExp(
    `has a writer: this very process ${Deno.pid} on \\S+, since \\d{4}-\\d\\d-\\d\\d .* UTC\\..*stop that one`,
  );
  await assertRefused(path, () => open(path), "store-held", again);
  await first.close();
  await (await open(path)).close();
});

test("a second writer is refused by whatever path it comes", async (path, folder) => {
  const first = await open(path);
  const link = join(folder, "link.db");
  await Deno.symlink(path, link);
  await assertRefused(link, () => open(link), "store-held", /has a writer/);
  await first.close();
});

test("a writer in another process is named, and killed it is no obstacle", async (path) => {
  const writer = startWriter(path, 20);
  await writer.hasStored();
  const name = new RegExp(`has a writer: process ${writer.pid} on `);
  await assert.rejects(open(path), (error) => {
    assert.ok(error instanceof MarketError);
    return error.code === "store-held" && name.test(error.message);
  });
  // A reader beside it sees ever more, and never less.
  const reader = await openStoreReader({ kind: "sqlite", path });
  let last = 0;
  for (let look = 0; look < 5; look++) {
    const { openTime } = await reader.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
    assert.ok(openTime.length >= last);
    last = openTime.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  assert.ok(last > 0);
  await reader.close();
  await writer.kill();
  await (await open(path)).close();
});

test("a store leaves one file when it is closed", async (path, folder) => {
  await stored(path);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  assert.deepEqual(names, ["comove-simulated.db"]);
});

test("a reader makes no file", async (path, folder) => {
  const read = () => openStoreReader({ kind: "sqlite", path });
  await assertRefused(path, read, "no-store", /There is no store at .*store fetch/);
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.writeFile(path, new Uint8Array());
  await assertRefused(path, read, "no-store", /There is no store/);
});

test("a reader takes no second look at what a writer is about to write", async (path) => {
  const store = await open(path);
  await store.write({ instruments: [BTC] });
  const reader = await openStoreReader({ kind: "sqlite", path });
  const many = Array.from({ length: 5_000 }, (_, i) => ({ openTime: i * MINUTE }));
  const writing = store.write({
    bars: [{ instrument: "BTCUSDT", stepMs: MINUTE, bars: barColumns(many) }],
  });
  const seen = new Set<number>();
  let isWriting = true;
  void writing.finally(() => isWriting = false);
  while (isWriting) {
    for (const one of [reader, store]) {
      const bars = await one.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER, limit: 1 });
      seen.add(bars.openTime.length);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  await writing;
  assert.ok(seen.has(0), "it was read while it was written");
  const { openTime } = await reader.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
  assert.equal(openTime.length, 5_000);
  await reader.close();
  await store.close();
});

test("a store of one kind of data refuses another by name", async (path) => {
  await stored(path);
  const sentence = /holds simulated data, and live data never goes into the same file/;
  await assertRefused(path, () => open(path, { dataKind: "live" }), "store-kind", sentence);
  const read = () => openStoreReader({ kind: "sqlite", path, dataKind: "live" });
  await assertRefused(path, read, "store-kind", sentence);
  const reader = await openStoreReader({ kind: "sqlite", path });
  assert.equal(reader.dataKind, "simulated");
  await reader.close();
});

test("a store of one simulated market refuses another seed and another start", async (path) => {
  await stored(path, { market: SEEDED });
  await (await open(path, { market: SEEDED })).close();
  for (const other of [{ ...SEEDED, seed: 8 }, { ...SEEDED, start: 0 }]) {
    await assertRefused(
      path,
      () => open(path, { market: other }),
      "store-market",
      /holds the simulated market of seed 7 that starts at 2025-12-01 00:00:00 UTC; this one is seed/,
    );
  }
  const reader = await openStoreReader({ kind: "sqlite", path });
  assert.deepEqual(reader.market, SEEDED);
  await reader.close();
});

test("a store of a newer version is left alone", async (path) => {
  await stored(path);
  change(path, "update meta set value = '99' where key = 'schema'");
  const sentence =
    /newer version of Comove: its schema is 99, and this version knows up to \d+\..*Update/;
  await assertRefused(path, () => open(path), "store-newer", sentence);
  await assertRefused(
    path,
    () => openStoreReader({ kind: "sqlite", path }),
    "store-newer",
    sentence,
  );
});

test("a store of an older version is copied, then migrated", async (path, folder) => {
  makeFirstSchema(path);
  const read = () => openStoreReader({ kind: "sqlite", path });
  await assertRefused(path, read, "store-older", /its schema is 1.*migrates it, after a copy/);
  const store = await open(path);
  const bars = await store.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
  assert.deepEqual([...bars.close], [100.25]);
  assert.deepEqual(await store.check(), { rows: 2, findings: [] });
  assert.equal((await store.info()).days.length, 2);
  await store.close();
  const copy = new DatabaseSync(join(folder, "comove-simulated.db.schema-1"), { readOnly: true });
  assert.deepEqual({ ...copy.prepare("select value from meta where key = 'schema'").get() }, {
    value: "1",
  });
  assert.deepEqual({ ...copy.prepare("select close from bars").get() }, { close: 100.25 });
  copy.close();
});

test(
  "a store of the second version is copied, and keeps funding once it is migrated",
  async (path, folder) => {
    await makeSecondSchema(path);
    const read = () => openStoreReader({ kind: "sqlite", path });
    await assertRefused(path, read, "store-older", /its schema is 2/);
    const store = await open(path);
    assert.deepEqual(await store.fundings({ instrument: "BTCUSDT", ...EVER }), []);
    const payment = { time: 8 * HOUR, rate: null, markPrice: 97_000 };
    await store.write({ fundings: [{ instrument: "BTCUSDT", payments: [payment] }] });
    assert.deepEqual(await store.fundings({ instrument: "BTCUSDT", ...EVER }), [payment]);
    const bars = await store.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
    assert.deepEqual([...bars.close], [100.25]);
    assert.deepEqual((await store.check()).findings, []);
    await store.close();
    change(path, "update fundings set rate = 0.05");
    const later = await openStoreReader({ kind: "sqlite", path });
    assert.match((await later.check()).findings.join(), /fundings: a row is not as it was written/);
    await later.close();
    const copy = new DatabaseSync(join(folder, "comove-simulated.db.schema-2"), { readOnly: true });
    assert.throws(() => copy.prepare("select * from fundings"), /no such table/);
    copy.close();
  },
);

test("files of others are left alone", async (path) => {
  const others: readonly (readonly [make: () => void, code: string, sentence: RegExp])[] = [
    [
      () => Deno.writeTextFileSync(path, "openTime,open,high,low,close\n".repeat(500)),
      "store-foreign",
      /cannot be opened: the file is no SQLite database\. It was left as it is/,
    ],
    [
      () => change(path, "create table bars (a); insert into bars values (1)"),
      "store-foreign",
      /database of another program, not a store of Comove\. It was left as it is/,
    ],
    [
      () => change(path, "create table meta (key, value); insert into meta values ('schema', '1')"),
      "store-foreign",
      /database of another program/,
    ],
    [
      () => change(path, "pragma application_id = 1196444487"),
      "store-foreign",
      /database of another program/,
    ],
  ];
  for (const [make, code, sentence] of others) {
    await Deno.remove(path).catch(() => {});
    make();
    await assertRefused(path, () => open(path), code, sentence);
    await assertRefused(
      path,
      () => openStoreReader({ kind: "sqlite", path }),
      code,
      sentence,
    );
  }
});

test("a link to a file that is not there yet is the file's own place", async (path, folder) => {
  const link = join(folder, "link.db"), further = join(folder, "further.db");
  await Deno.symlink("comove-simulated.db", link);
  await Deno.symlink(link, further);
  const first = await open(further);
  const held = /has a writer/;
  for (const same of [path, link, further]) {
    await assertRefused(same, () => open(same), "store-held", held);
  }
  await first.close();
  assert.ok((await Deno.lstat(path)).isFile);
});

test("a device or a pipe is no store, and nothing is made beside it", async (path, folder) => {
  const pipe = new Deno.Command("sh", { args: ["-c", `mkfifo "${path}"`] });
  assert.ok((await pipe.output()).success);
  for (const place of [path, "/dev/null", "/dev/zero"]) {
    for (const how of [open, (at: string) => openStoreReader({ kind: "sqlite", path: at })]) {
      await assert.rejects(how(place), (error) => {
        assert.ok(error instanceof MarketError, String(error));
        assert.match(error.message, /is no file but a device or a pipe, and no store/);
        return error.code === "store-foreign";
      });
    }
  }
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["comove-simulated.db"]);
});

test("a file that says it is a store, and lacks a table or a column, is left alone", async (path) => {
  const lacks = [
    ["drop table digests", /says that its schema is \d+, and lacks the table digests/],
    [
      "alter table bars drop column vwap",
      /lacks the column bars\.vwap: another program has changed/,
    ],
    [
      "drop table runs; create view runs as select 1 as id",
      /database of another program|lacks the table runs/,
    ],
  ] as const;
  for (const [sql, sentence] of lacks) {
    await Deno.remove(path).catch(() => {});
    await stored(path);
    change(path, sql);
    await assertRefused(path, () => open(path), "store-foreign", sentence);
    const read = () => openStoreReader({ kind: "sqlite", path });
    await assertRefused(path, read, "store-foreign", sentence);
  }
  await Deno.remove(path);
  await stored(path);
  change(path, "update instruments set detail = '{no json'");
  const reader = await openStoreReader({ kind: "sqlite", path });
  await assert.rejects(reader.instruments(), { code: "store-damaged" });
  await reader.close();
});

test("a truncated file is called damaged, and stays as it is", async (path) => {
  await stored(path);
  const whole = await Deno.readFile(path);
  await Deno.writeFile(path, whole.subarray(0, whole.length - 8_192));
  const sentence = /the file is damaged: .*left as it is.*store check/;
  await assertRefused(path, () => open(path), "store-damaged", sentence);
});

test("a folder that is missing or in the way is named", async (path, folder) => {
  const below = join(folder, "none", "a.db");
  await assertRefused(below, () => open(below), "store-unreachable", /there is no such folder/);
  await assert.rejects(Deno.stat(join(folder, "none")), Deno.errors.NotFound);
  await Deno.mkdir(path);
  await assertRefused(path, () => open(path), "store-unreachable", /a folder of that name/);
  await Deno.writeTextFile(join(folder, "file"), "");
  const inFile = join(folder, "file", "a.db");
  await assertRefused(inFile, () => open(inFile), "store-unreachable", /is a file, not a folder/);
});

Deno.test("a kind of store that there is none of is refused by name", async () => {
  await assert.rejects(
    openStore({ kind: "duckdb" as "sqlite", dataKind: "live" }),
    /one of memory, sqlite, postgres, got duckdb/,
  );
  await assert.rejects(openStore({ kind: "sqlite", dataKind: "live" }), /needs a path/);
});

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** A store as the first version wrote it, with one bar and one trade. */
function makeFirstSchema(path: string): void {
  change(
    path,
    `
    create table instruments (instrument integer not null, venue text not null, symbol text not null, kind text not null, detail text not null, primary key (instrument)) strict, without rowid;
    create table trades (instrument integer not null, time integer not null, id integer not null, received integer not null, price real not null, size real not null, side integer not null, primary key (instrument, time, id)) strict, without rowid;
    create table bars (instrument integer not null, step integer not null, open_time integer not null, open real not null, high real not null, low real not null, close real not null, volume real, trades integer, vwap real, revision integer not null, source text not null, run text not null, primary key (instrument, step, open_time)) strict, without rowid;
    create table coverage (instrument integer not null, step integer not null, from_time integer not null, to_time integer not null, state text not null, reason text not null, digest text, primary key (instrument, step, from_time)) strict, without rowid;
    create table alerts (id text not null, rule text not null, subject text not null, state text not null, started integer not null, ended integer, value real, evidence text not null, primary key (id)) strict, without rowid;
    create table deliveries (alert text not null, channel text not null, kind text not null, attempts integer not null, next_at integer, receipt text, error text, primary key (alert, channel, kind)) strict, without rowid;
    create table runs (id text not null, started integer not null, ended integer, config text not null, versions text not null, primary key (id)) strict, without rowid;
    create table meta (key text not null, value text not null, primary key (key)) strict, without rowid;
    insert into meta values ('schema', '1');
    insert into instruments values (1, 'binance', 'BTCUSDT', 'crypto', '${JSON.stringify(BTC)}');
    insert into bars values (1, 60000, 0, 100, 101, 99, 100.25, 5, null, null, 0, 'simulated', 'run');
    insert into trades values (1, 10, 1, 15, 100, 1, 1);
    insert into coverage values (1, 60000, 0, 60000, 'complete', '', null);
    `,
  );
}

/** A store as the second version wrote it, with the rows of the first and their digests. */
async function makeSecondSchema(path: string): Promise<void> {
  makeFirstSchema(path);
  const database = Database.open(path);
  const [second, third] = MIGRATIONS.slice(1);
  database.exec(second!.sql);
  database.exec("update meta set value = '2' where key = 'schema'");
  // Digests are made of every table there is now; that version had none of funding.
  database.exec(third!.sql);
  await digestAll(connectionTo(database));
  database.exec("drop table fundings");
  database.close();
}
