import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { openStore, openStoreReader } from "../../lib/store/open_store.ts";
import { PostgresClient } from "../../lib/store/postgres/postgres_client.ts";
import { writeMeta } from "../../lib/store/tables/meta.ts";
import type { Store, StoreBatch } from "../../lib/store/store.ts";
import type { StoreOptions } from "../../lib/store/store_options.ts";
import { barColumns, BTC, tradeColumns } from "../store/support/store_rows.ts";
import { psql } from "./support/psql.ts";
import { type PostgresServer, startPostgres } from "./support/postgres_server.ts";

// What only a store at a server does; what every store does is in postgres_store.ts.

let server: PostgresServer;
Deno.test.beforeAll(async () => void (server = await startPostgres()));
Deno.test.afterAll(() => server.stop());

const START = Date.UTC(2026, 0, 26);
const EVER = { from: -Infinity, to: Infinity };

Deno.test("a store at a server has one writer, which its refusal names, and any number of readers", async () => {
  await withStore(async (store, url) => {
    await store.write({ instruments: [BTC] });
    await rejects(open(url), "store-held", /a writer: comove writer \d+ on .*, since 20\d\d-/);
    const readers = await Promise.all(
      [1, 2, 3].map(() => openStoreReader({ kind: "postgres", url })),
    );
    for (const reader of readers) {
      assert.deepEqual(await reader.instruments(), [BTC]);
      await reader.close();
    }
    await store.close();
    const next = await open(url);
    assert.equal((await next.runs()).length, 2);
    await next.close();
  });
});

Deno.test("a store at a server refuses other data than it holds, and says what to do", async () => {
  await withStore(async (store, url) => {
    await store.close();
    await rejects(open(url, { dataKind: "live" }), "store-kind", /Name another database/);
    const market = { seed: 7, start: START };
    await (await open(url, { market })).close();
    await rejects(open(url, { market: { seed: 8, start: START } }), "store-market", /seed 7/);
    await rejects(
      openStoreReader({ kind: "postgres", url, dataKind: "live" }),
      "store-kind",
      /holds simulated data/,
    );
  });
});

Deno.test("what is no store at a server is left as it is", async () => {
  const url = await server.database();
  await rejects(openStoreReader({ kind: "postgres", url }), "no-store", /There is no store in/);
  await rejects(openStoreReader({ kind: "postgres", url: `${url}_none` }), "no-store", /no such/);
  const store = await open(url);
  await store.close();
  await psql(url, "update meta set value = '99' where key = 'schema'");
  await rejects(open(url), "store-newer", /its schema is 99/);
  const other = await server.database();
  await psql(other, "create table bars (mine integer)");
  await rejects(open(other), "store-foreign", /tables of another program \(bars\)/);
  assert.equal(await psql(other, "select count(*) from bars"), "0");
});

Deno.test("a store at a server of the version before is migrated by a writer, and keeps funding from then on", async () => {
  const url = await server.database();
  await makeSecondSchema(url);
  await rejects(openStoreReader({ kind: "postgres", url }), "store-older", /its schema is 2/);
  const store = await open(url);
  const payments = [{ time: START, rate: null, markPrice: 97_000 }];
  await store.write({ fundings: [{ instrument: BTC.id, payments }] });
  assert.deepEqual(await store.fundings({ instrument: BTC.id, ...EVER }), payments);
  const bars = await store.bars({ instrument: BTC.id, stepMs: MINUTE, ...EVER });
  assert.deepEqual([...bars.openTime], [START]);
  assert.deepEqual((await store.check()).findings, []);
  await store.close();
  await psql(url, "drop table fundings");
  await rejects(open(url), "store-foreign", /tables of another program/);
});

/** As the version before this one wrote it: without the table of funding, and with a digest of `meta` that says so. */
async function makeSecondSchema(url: string): Promise<void> {
  const store = await open(url);
  await store.write({
    instruments: [BTC],
    bars: [{ instrument: BTC.id, stepMs: MINUTE, bars: barColumns([{ openTime: START }]) }],
    coverage: [{
      ...{ instrument: BTC.id, stepMs: MINUTE, from: START, to: START + MINUTE },
      ...{ state: "complete", reason: "" },
    }],
  });
  await store.close();
  const client = new PostgresClient(url, { most: 1, name: "comove test" });
  await client.transaction(async (sql) => {
    await writeMeta(sql, { schema: "2" });
    await sql.run("drop table fundings");
  });
  await client.end();
}

Deno.test("no refusal of a server shows a password", async () => {
  const url = await server.database();
  const wrong = url.replace(":a-password-of-tests@", ":guessed-in-vain@");
  await rejects(open(wrong), "store-denied", /neither this user nor this password/);
  const away = url.replace(/@127\.0\.0\.1:\d+/, "@127.0.0.1:1");
  await rejects(open(away), "store-unreachable", /nothing answers/);
  for (
    const bad of [
      "",
      "postgres://",
      "http://u:a-password-of-tests@h/d",
      "postgres://h/d",
      "postgres://u@h",
    ]
  ) {
    await assert.rejects(open(bad), (error) => {
      assert.ok(error instanceof RangeError);
      assert.doesNotMatch(error.message, /a-password-of-tests/);
      return /^the url of a store of kind postgres must /.test(error.message);
    });
  }
});

Deno.test("many rows come by COPY, and what is there already is neither doubled nor changed", async () => {
  await withStore(async (store) => {
    const many = batchOf(0, 3_000);
    assert.deepEqual(await store.write(many), { bars: 3_000, revisions: 0, trades: 3_000 });
    assert.deepEqual(await store.write(many), { bars: 0, revisions: 0, trades: 0 });
    // Half of it is new.
    const half = batchOf(1_500, 4_500);
    assert.deepEqual(await store.write(half), { bars: 1_500, revisions: 0, trades: 1_500 });
    const revised = batchOf(0, 4_500, 1);
    assert.deepEqual(await store.write(revised), { bars: 0, revisions: 4_500, trades: 0 });
    assert.deepEqual(await store.write(half), { bars: 0, revisions: 0, trades: 0 });
    const { openTime, revision } = await store.bars({
      instrument: "BTCUSDT",
      stepMs: MINUTE,
      ...EVER,
    });
    assert.deepEqual([openTime.length, new Set(revision).size, revision[0]], [4_500, 1, 1]);
    assert.equal((await store.trades({ instrument: "BTCUSDT", ...EVER })).id.length, 4_500);
    assert.deepEqual(damage(await store.check()), []);
  });
});

Deno.test("a row of a batch that comes twice is written once, its newest revision", async () => {
  await withStore(async (store) => {
    const rows = [0, 2, 1].map((revision) => ({
      openTime: START,
      close: 100 + revision,
      revision,
    }));
    const bars = [{ instrument: "BTCUSDT", stepMs: MINUTE, bars: barColumns(rows) }];
    const twice = [trade(START, 5), trade(START, 5)];
    const trades = [{ instrument: "BTCUSDT", trades: tradeColumns(twice) }];
    const change = await store.write({ instruments: [BTC], bars, trades });
    assert.deepEqual(change, { bars: 1, revisions: 1, trades: 1 });
    const { close } = await store.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
    assert.deepEqual([...close], [102]);
    assert.deepEqual(damage(await store.check()), []);
  });
});

Deno.test("bars and trades lie in a partition for each month, and dropped months are gone", async () => {
  await withStore(async (store, url) => {
    const months = [Date.UTC(2025, 10, 30), Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 1)];
    const far = [Date.UTC(1999, 0), Date.UTC(2222, 0)];
    const times = [...months, ...far];
    const rows = times.map((time, i) => trade(time, i));
    await store.write({
      instruments: [BTC],
      bars: [{
        instrument: "BTCUSDT",
        stepMs: MINUTE,
        bars: barColumns(times.toSorted((a, b) => a - b).map((openTime) => ({ openTime }))),
      }],
      trades: [{ instrument: "BTCUSDT", trades: tradeColumns(rows) }],
    });
    const partitions = (table: string) =>
      psql(
        url,
        `select string_agg(c.relname, ' ' order by c.relname) from pg_inherits i
        join pg_class c on c.oid = i.inhrelid where i.inhparent = '${table}'::regclass`,
      );
    const all = (table: string) =>
      ["202511", "202512", "202601", "other"].map((month) => `${table}_${month}`).join(" ");
    assert.equal(await partitions("bars"), all("bars"));
    assert.equal(await partitions("trades"), all("trades"));
    assert.equal(await psql(url, "select count(*) from trades_other"), "2");
    assert.equal(await store.dropTrades(Date.UTC(2025, 11, 15)), 2);
    assert.equal(await partitions("trades"), "trades_202512 trades_202601 trades_other");
    // A month that is gone can come back.
    await store.write({
      trades: [{ instrument: "BTCUSDT", trades: tradeColumns(rows.slice(0, 1)) }],
    });
    assert.equal((await store.trades({ instrument: "BTCUSDT", ...EVER })).id.length, 4);
    assert.deepEqual(damage(await store.check()), []);
  });
});

Deno.test("a partition of a write that failed is made again by the next", async () => {
  await withStore(async (store) => {
    await store.write({ instruments: [BTC] });
    const unknown = { instrument: "NOPE", trades: tradeColumns([trade(START, 1)]) };
    const known = { instrument: "BTCUSDT", trades: tradeColumns([trade(START, 1)]) };
    await assert.rejects(store.write({ trades: [known, unknown] }), /does not know NOPE/);
    assert.equal((await store.write({ trades: [known] })).trades, 1);
  });
});

Deno.test("a query reads, and nothing else", async () => {
  await withStore(async (store) => {
    await store.write(batchOf(0, 10));
    const { columns, data } = await store.sql(
      "select symbol, max(close) as top from bars join instruments using (instrument) group by symbol;",
    );
    assert.deepEqual([columns, data], [["symbol", "top"], [["BTCUSDT", 100]]]);
    const odd = await store.sql(
      "select 9007199254740991::bigint, 9007199254740993::bigint, 'infinity'::float8, '\\x00ff'::bytea, null, true, 0.1::float8",
    );
    assert.deepEqual(odd.data, [[
      9007199254740991,
      "9007199254740993",
      "Infinity",
      "00ff",
      null,
      1,
      0.1,
    ]]);
    assert.deepEqual((await store.sql("select 1 where false")).columns, ["?column?"]);
    const refused = [
      "delete from bars",
      "select 1; delete from bars",
      "with gone as (delete from bars returning 1) select * from gone",
      "create table t (a integer)",
      "set transaction read write",
      "select set_config('transaction_read_only', 'off', true); delete from bars",
      "commit; delete from bars",
      "copy bars to program 'true'",
      "select * from bars for update",
      "select nothing from bars",
      "do $$ begin delete from bars; end $$",
      "",
      "; -- nothing",
    ];
    for (const statement of refused) await rejects(store.sql(statement), "not-sql", /./);
    // A transaction that only reads cannot be made to write from within.
    await rejects(
      store.sql(
        "select set_config('transaction_read_only', 'off', true), (select count(*) from bars)",
      ),
      "not-sql",
      /read-write/,
    );
    const bars = await store.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
    assert.equal(bars.openTime.length, 10);
  });
});

Deno.test("a query is bounded in rows, bytes and time, and can be ended", async () => {
  await withStore(async (store) => {
    const many = "select i from generate_series(1, 1000000) i";
    const three = await store.sql(many, { limit: 3 });
    assert.deepEqual([three.data, three.cutBy], [[[1], [2], [3]], "rows"]);
    const wide = "select repeat('x', 1000) from generate_series(1, 1000000)";
    const some = await store.sql(wide, { maxBytes: 10_000 });
    assert.deepEqual([some.data.length, some.cutBy], [4, "bytes"]);
    await rejects(
      store.sql("select pg_sleep(60)", { timeoutMs: 200 }),
      "sql-timeout",
      /after 0\.2 s/,
    );
    const stop = new AbortController();
    const stopped = store.sql("select pg_sleep(60)", { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 200);
    await assert.rejects(stopped, /^Error: enough$/);
    for (const bad of [{ limit: 0 }, { maxBytes: 1e12 }, { timeoutMs: 0.5 }]) {
      await assert.rejects(store.sql("select 1", bad), RangeError);
    }
  });
});

Deno.test("a server that dies amid writes loses nothing that was acknowledged, and the same writer goes on", async () => {
  await withStore(async (store) => {
    await store.write({ instruments: [BTC] });
    let acknowledged = 0, refused = 0;
    const until = Date.now() + 6_000;
    const writing = (async () => {
      // Ends with an acknowledgement: what was refused may have been stored all the same.
      for (let step = 0, isRefused = false; Date.now() < until || isRefused;) {
        try {
          await store.write(batchOf(step * 50, (step + 1) * 50));
          acknowledged = ++step * 50;
          isRefused = false;
        } catch (error) {
          // The same batch once more: nothing of it is doubled.
          assert.ok(error instanceof MarketError && error.remedy === "retry", String(error));
          refused++;
          isRefused = true;
          await pause(50);
        }
      }
    })();
    const killing = (async () => {
      for (let i = 0; i < 3; i++) {
        await pause(700);
        await server.kill();
        await pause(200);
        await server.start();
      }
    })();
    await Promise.all([writing, killing]);
    assert.ok(refused > 0, "no write met a server that was away");
    assert.ok(acknowledged > 500, `only ${acknowledged} rows`);
    const { openTime } = await store.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
    assert.deepEqual(
      [...openTime],
      Array.from({ length: acknowledged }, (_, i) => START + i * MINUTE),
    );
    const { id } = await store.trades({ instrument: "BTCUSDT", ...EVER });
    assert.deepEqual([...id], Array.from({ length: acknowledged }, (_, i) => i));
    assert.deepEqual(damage(await store.check()), []);
  });
});

Deno.test("a writer whose connection was lost does not write beside the next writer", async () => {
  await withStore(async (first, url) => {
    await first.write({ instruments: [BTC] });
    await psql(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'comove writer %'",
    );
    const second = await open(url);
    // That a connection was cut is noticed by its first use.
    await first.write(batchOf(0, 1)).catch(() => {});
    await rejects(first.write(batchOf(0, 1)), "store-held", /a writer: comove writer/);
    await second.write(batchOf(0, 2));
    await second.close();
    assert.equal((await first.write(batchOf(0, 3))).bars, 1);
  });
});

async function withStore(use: (store: Store, url: string) => Promise<void>): Promise<void> {
  const url = await server.database();
  const store = await open(url);
  try {
    await use(store, url);
  } finally {
    await store.close();
  }
}

function open(url: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  return openStore({ kind: "postgres", url, dataKind: "simulated", ...options });
}

async function rejects(
  work: Promise<unknown>,
  code: string,
  message: RegExp,
): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof MarketError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /a-password-of-tests|guessed-in-vain/);
    return true;
  });
}

/** Minutes and trades, one of each a minute. */
function batchOf(from: number, to: number, revision = 0): StoreBatch {
  const minutes = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    instruments: [BTC],
    bars: [{
      instrument: "BTCUSDT",
      stepMs: MINUTE,
      bars: barColumns(minutes.map((i) => ({ openTime: START + i * MINUTE, revision }))),
    }],
    trades: [{
      instrument: "BTCUSDT",
      trades: tradeColumns(minutes.map((i) => trade(START + i * MINUTE, i))),
    }],
  };
}

function trade(time: number, id: number) {
  return { id, time, price: 100, size: 1, side: 1 };
}

/** What is wrong with the rows, beside coverage that these tests do not write. */
function damage({ findings }: { readonly findings: readonly string[] }): string[] {
  return findings.filter((finding) => !/lie outside what coverage knows/.test(finding));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
