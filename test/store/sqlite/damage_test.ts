import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MarketError } from "../../../lib/model/errors.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { openStore, openStoreReader } from "../../../lib/store/open_store.ts";
import type { StoreReader } from "../../../lib/store/store.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { startWriter } from "../support/kill_writer.ts";
import { BTC } from "../support/store_rows.ts";
import { FIRST_MINUTE, minuteBatch } from "../support/stream_rows.ts";

const FLIPS = 60;
const EVER = { from: -Infinity, to: Infinity };

/** A closed store of some minutes' bars and trades on both sides of midnight, an alert and a run. */
async function stored(path: string, minutes = 33): Promise<void> {
  const store = await openStore({ kind: "sqlite", path, dataKind: "simulated" });
  await store.write({ instruments: [BTC] });
  for (let minute = 0; minute < minutes; minute++) await store.write(minuteBatch(minute));
  await store.write({
    alerts: [{
      id: "calm/BTCUSDT/0",
      rule: "calm",
      subject: "BTCUSDT",
      state: "firing",
      started: 0,
      ended: null,
      value: 2,
      evidence: "{}",
    }],
    notes: { judged: "0" },
  });
  await store.close();
}

/** Everything that can be read of a store. */
async function contentOf(store: StoreReader) {
  const range = { instrument: "BTCUSDT", ...EVER };
  return {
    kind: store.dataKind,
    instruments: await store.instruments(),
    bars: await store.bars({ ...range, stepMs: MINUTE }),
    trades: await store.trades(range),
    coverage: await Promise.all([0, MINUTE].map((stepMs) => store.coverage({ ...range, stepMs }))),
    alerts: await store.alerts(),
    runs: await store.runs(),
    note: await store.note("judged"),
  };
}

function test(name: string, use: (path: string) => Promise<void>): void {
  Deno.test(name, () => withTempFolder((folder) => use(join(folder, "comove-simulated.db"))));
}

test("a flipped bit is found, or changes nothing that can be read", async (path) => {
  await stored(path, 14);
  const whole = await Deno.readFile(path);
  const reader = await openStoreReader({ kind: "sqlite", path });
  const content = await contentOf(reader);
  assert.deepEqual((await reader.check()).findings, []);
  await reader.close();
  let found = 0, harmless = 0;
  for (let n = 0; n < FLIPS; n++) {
    // Spread over the whole file, and over the bits of a byte.
    const at = Math.floor((n + 0.5) / FLIPS * whole.length) + n * 37 % 61;
    const bytes = whole.slice();
    bytes[at]! ^= 1 << n % 8;
    await Deno.writeFile(path, bytes);
    for (const side of ["-wal", "-shm"]) await Deno.remove(path + side).catch(() => {});
    const isFound = await findsDamage(path, content);
    if (isFound) found++;
    else harmless++;
  }
  assert.ok(found > FLIPS / 2, `${found} of ${FLIPS} were found, ${harmless} changed nothing`);
});

/** True when the store says so; false when nothing that can be read is other than it was. */
async function findsDamage(path: string, content: unknown): Promise<boolean> {
  let reader: StoreReader;
  try {
    reader = await openStoreReader({ kind: "sqlite", path });
  } catch (error) {
    assert.ok(error instanceof MarketError, String(error));
    return true;
  }
  try {
    if ((await reader.check()).findings.length > 0) return true;
    assert.deepEqual(await contentOf(reader), content);
    return false;
  } finally {
    await reader.close();
  }
}

/** Every file of a folder, byte for byte; the index of the log, which readers make anew, aside. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const read = names.filter((name) => !name.endsWith("-shm")).sort().map(async (name) =>
    [name, await Deno.readFile(join(folder, name))] as const
  );
  const files = new Map(await Promise.all(read));
  // A log without a row is none.
  for (const [name, { length }] of files) if (length === 0) files.delete(name);
  return files;
}

test("a damaged page is a sentence, for whoever reads and whoever writes, and in the check", async (path) => {
  await stored(path);
  const bytes = await Deno.readFile(path);
  // The pages of trades: most of the file, from its second quarter on.
  bytes.fill(0xa5, Math.floor(bytes.length / 4), Math.floor(bytes.length / 2));
  await Deno.writeFile(path, bytes);
  const before = await filesOf(dirname(path));
  await assert.rejects(openStore({ kind: "sqlite", path, dataKind: "simulated" }), (error) => {
    assert.ok(error instanceof MarketError);
    assert.equal(error.code, "store-damaged");
    assert.match(error.message, /cannot be opened: the file is damaged.*It was left as it is/);
    return true;
  });
  assert.deepEqual(await filesOf(dirname(path)), before);
  const store = await openStoreReader({ kind: "sqlite", path });
  const { findings } = await store.check();
  assert.ok(findings.length > 0 && findings.length <= 100);
  await assert.rejects(store.trades({ instrument: "BTCUSDT", ...EVER }), (error) => {
    assert.ok(error instanceof MarketError);
    assert.equal(error.code, "store-damaged");
    assert.match(error.message, /cannot be read: the file is damaged.*`deno task store check`/);
    return true;
  });
  await store.close();
});

test("a writer refuses each damaged page before it writes, what lies in the log included", async (path) => {
  const writer = startWriter(path, 20);
  await writer.hasStored();
  await writer.kill();
  const log = await Deno.readFile(`${path}-wal`);
  assert.ok(log.length > 0, "a killed writer leaves a log");
  const whole = await Deno.readFile(path);
  await stored(join(dirname(path), "closed.db"), 14);
  const closed = await Deno.readFile(join(dirname(path), "closed.db"));
  for (const [name, bytes, side] of [["log", whole, log], ["closed", closed, undefined]] as const) {
    let refused = 0;
    const pages = bytes.length / 4_096;
    for (let page = 1; page < pages; page++) {
      const damaged = bytes.slice();
      damaged.fill(0xa5, page * 4_096, page * 4_096 + 2_000);
      const folder = join(dirname(path), `${name}-${page}`);
      await Deno.mkdir(folder);
      const copy = join(folder, "a.db");
      await Deno.writeFile(copy, damaged);
      if (side !== undefined) await Deno.writeFile(`${copy}-wal`, side);
      const before = await filesOf(folder);
      const opened = await openStore({ kind: "sqlite", path: copy, dataKind: "simulated" })
        .catch((error) => error);
      if (opened instanceof Error) {
        assert.match(opened.message, /the file is damaged|another program/, `${name} ${page}`);
        assert.deepEqual(await filesOf(folder), before, `${name} ${page}`);
        refused++;
        continue;
      }
      // The log has that page anew.
      assert.deepEqual((await opened.check()).findings, [], `${name} ${page}`);
      await opened.close();
    }
    assert.ok(side !== undefined || refused > pages / 2, `${name}: ${refused} of ${pages}`);
  }
});

test("in a large file damage is found where a writer goes on", async (path) => {
  const store = await openStore({ kind: "sqlite", path, dataKind: "simulated" });
  const rows = 800_000;
  const column = (of: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, i) => of(i));
  const time = column((row) => FIRST_MINUTE + row * 10);
  await store.write({
    instruments: [BTC],
    trades: [{
      instrument: "BTCUSDT",
      trades: {
        id: column((row) => row),
        time,
        received: time,
        price: column((row) => 100 + row % 7 / 4),
        size: column(() => 1.5),
        side: new Int8Array(rows),
      },
    }],
    coverage: [{
      instrument: "BTCUSDT",
      stepMs: 0,
      from: time[0]!,
      to: time[rows - 1]! + 1,
      state: "complete",
      reason: "",
    }],
  });
  await store.close();
  const { size } = await Deno.stat(path);
  assert.ok(size > 32e6, `it is not small: ${size}`);
  const page = 4_096, bytes = await Deno.readFile(path);
  // The newest trades lie at the end of the file.
  const last = bytes.findLastIndex((byte) => byte !== 0);
  bytes.fill(0xa5, Math.floor(last / page) * page - 8 * page, Math.floor(last / page) * page);
  await Deno.writeFile(path, bytes);
  const before = await filesOf(dirname(path));
  await assert.rejects(openStore({ kind: "sqlite", path, dataKind: "simulated" }), {
    code: "store-damaged",
  });
  assert.deepEqual(await filesOf(dirname(path)), before);
});

/** What somebody may do to the rows, and what the check says of it. */
const TAMPERINGS: readonly (readonly [sql: string, finding: RegExp])[] = [
  [
    "update coverage set state = 'missing' where step = 60000 and from_time > 1767657600000 - 1",
    /^3 bars of 60 s of BTCUSDT lie where coverage says missing, from 2026-01-06 00:00:00 UTC on/,
  ],
  [
    "update coverage set state = 'closed' where step = 60000",
    /^30 bars of 60 s of BTCUSDT lie where coverage says closed, from 2026-01-05 23:30:00 UTC on/,
  ],
  [
    "update coverage set state = 'closed' where step = 0",
    /^\d+ trades of BTCUSDT lie where coverage says closed/,
  ],
  [
    "delete from trades where id between 30 and 34",
    /^\d+ trades of BTCUSDT have ids from 0 to \d+, though coverage calls them complete from/,
  ],
  [
    "insert into trades select instrument, time + 1, id, received, price, size, side from trades where id = 30",
    /trades of BTCUSDT have ids from 0 to \d+, though coverage calls them complete/,
  ],
  [
    "update trades set price = price + 1 where id = 25",
    /^the bar of BTCUSDT at 2026-01-05 23:31:00 UTC is not what its trades make: high$/,
  ],
  [
    "delete from bars where open_time = 1767655860000",
    /^BTCUSDT has trades and no bar at 2026-01-05 23:31:00 UTC, though both are complete/,
  ],
  [
    "delete from trades where id < 20",
    /^the bar of BTCUSDT at 2026-01-05 23:30:00 UTC has a volume of [\d.]+ and no trade, though both/,
  ],
  [
    "update bars set open_time = open_time + 1 where open_time = 1767655860000",
    /^the bar of 60 s of BTCUSDT at .* is none: its time, its length or its volume/,
  ],
  ["update bars set volume = -1", /is none: its time, its length or its volume/],
  [
    "update bars set source = 'live'",
    /^33 bars of BTCUSDT are live data in a store of simulated data/,
  ],
  ["update trades set side = 7 where id = 9", /^trade 9 of BTCUSDT at .* is none: its size or its/],
  [
    "insert into messages values ('a', 'b', 'firing', 0, '{}')",
    /^the message firing of a to b lacks/,
  ],
  ["update alerts set ended = -5", /^the alert calm\/BTCUSDT\/0 is firing, and its end does not/],
  [
    "update bars set close = close + 0.25 where open_time % 7 = 0",
    /^bars of 60 s of BTCUSDT on 2026-01-05: a row/,
  ],
  [
    "update trades set size = 2 where id = 23",
    /^trades of BTCUSDT on 2026-01-05: a row is not as it was written/,
  ],
  [
    "delete from trades where id = 23",
    /^trades of BTCUSDT on 2026-01-05: \d+ rows, and \d+ were written/,
  ],
  ["delete from bars", /^bars of 60 s of BTCUSDT on 2026-01-05: all 30 rows are gone/],
  [
    "insert into bars select instrument, 3600000, open_time, open, high, low, close, volume, trades, vwap, revision, source, run from bars",
    /^bars of 3600 s of BTCUSDT on 2026-01-05: 30 rows that this program did not write/,
  ],
  ["update coverage set reason = 'x'", /^coverage: a row is not as it was written/],
  [
    "update coverage set from_time = from_time - 3600000 where step = 60000",
    /^coverage of BTCUSDT overlaps from 2026-01-05 23:00:00 UTC/,
  ],
  ["update coverage set state = 'comlpete'", /is no stretch: comlpete/],
  [
    "delete from coverage where step = 60000",
    /^33 bars of 60 s of BTCUSDT lie outside what coverage knows/,
  ],
  ["update coverage set digest = '0'", /has another digest than its day/],
  [
    "update bars set high = low - 1 where revision = 0",
    /^the bar of BTCUSDT at .* is none: its prices/,
  ],
  ["update alerts set evidence = '{\"n\":1}'", /^alerts: a row is not as it was written/],
  ["update instruments set instrument = 2", /^there are rows of instrument 1, which is not named/],
  ["update meta set value = 'live' where key = 'kind'", /^meta: a row is not as it was written/],
  ["delete from digests", /rows that this program did not write/],
];

for (const [sql, finding] of TAMPERINGS) {
  test(`the check finds what was done by: ${sql.slice(0, 60)}`, async (path) => {
    await stored(path);
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    const reader = await openStoreReader({ kind: "sqlite", path });
    const { findings } = await reader.check();
    assert.ok(findings.some((text) => finding.test(text)), findings.join("\n"));
    await reader.close();
  });
}

test("a check sees one moment, while the writer goes on", async (path) => {
  await stored(path);
  const store = await openStore({ kind: "sqlite", path, dataKind: "simulated" });
  const reader = await openStoreReader({ kind: "sqlite", path });
  const shares: number[] = [];
  const checking = reader.check((share) => shares.push(share));
  for (let minute = 33; minute < 60; minute++) await store.write(minuteBatch(minute));
  const { findings, rows } = await checking;
  assert.deepEqual(findings, []);
  assert.equal(shares.at(-1), 1);
  assert.ok(rows < (await reader.check()).rows);
  assert.equal(
    (await reader.bars({ instrument: "BTCUSDT", stepMs: MINUTE, from: FIRST_MINUTE, to: Infinity }))
      .openTime.length,
    60,
  );
  await reader.close();
  await store.close();
});
