import assert from "node:assert/strict";
import { MarketError } from "../../../lib/model/errors.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import type { Store } from "../../../lib/store/store.ts";
import { barColumns, type BarRow, BTC } from "./store_rows.ts";
import type { StoreCase } from "./store_suite.ts";

const EVER = { from: -Infinity, to: Infinity };

/** Registers the tests of queries in the dialect of SQLite. */
export function testSql({ kind, withStore }: StoreCase): void {
  const test = (name: string, use: (store: Store) => Promise<void>) =>
    Deno.test(`a ${kind} store ${name}`, () => withStore(use));

  test("answers one query that reads, and refuses all else", async (store) => {
    await store.write({ instruments: [BTC], bars: [barsOf("BTCUSDT", [{ openTime: 0 }])] });
    const answer = await store.sql(
      "select symbol, max(close) as top from bars join instruments using (instrument);",
    );
    assert.deepEqual(answer, {
      columns: ["symbol", "top"],
      data: [["BTCUSDT", 100]],
      isCut: false,
      cutBy: undefined,
    });
    const many = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n";
    const { data, isCut } = await store.sql(many, { limit: 3 });
    assert.deepEqual([data, isCut], [[[1], [2], [3]], true]);
    const readings = [
      "select 1; -- a comment behind it",
      "select 1;;",
      " ; select 1 /* one */ ; /* two */ -- three",
      "-- before\nselect 1",
    ];
    for (const one of readings) assert.deepEqual((await store.sql(one)).data, [[1]], one);
    assert.deepEqual((await store.sql("select max(close) from bars where ?1 is null")).data, [[
      100,
    ]]);
    const refused = [
      "delete from bars",
      "select 1; delete from bars",
      "attach database 'other.db' as other",
      "pragma journal_mode = delete",
      "vacuum into 'copy.db'",
      "begin",
      "select load_extension('evil')",
      "create table t (a)",
      "select nothing from bars",
      "select 1 /* no end",
      "select 1; -- a\n; delete from bars",
      "select 1 /* ; */; select 2",
      "",
      "; -- nothing",
      "pragma user_version = 3",
      "pragma user_version",
      "with t as (select 1) insert into bars select * from bars",
      "select writefile('x', 'y')",
      "detach main",
      "explain select 1",
      "bars?",
    ];
    for (const statement of refused) {
      await assert.rejects(store.sql(statement), (error) => {
        assert.ok(error instanceof MarketError, `${statement}: ${error}`);
        return error.code === "not-sql";
      }, statement);
    }
    await assert.rejects(store.sql("select abs(-9223372036854775808)"), /integer overflow/);
    assert.equal((await minutes(store)).openTime.length, 1);
  });

  test("answers every number exactly, and bytes as text", async (store) => {
    const { data } = await store.sql(
      "select 9007199254740991, 9007199254740993, -9223372036854775807 - 1, 0.1, 9e999, x'00ff', null",
    );
    assert.deepEqual(data, [[
      9007199254740991,
      "9007199254740993",
      "-9223372036854775808",
      0.1,
      "Infinity",
      "00ff",
      null,
    ]]);
  });

  test("cuts an answer that is too large, and says by what", async (store) => {
    const wide = "with recursive n(i) as (select 1 union all select i + 1 from n) " +
      "select hex(zeroblob(500)) from n";
    const some = await store.sql(wide, { maxBytes: 10_000 });
    assert.deepEqual([some.data.length, some.isCut, some.cutBy], [4, true, "bytes"]);
    const whole = await store.sql(`${wide} limit 4`, { maxBytes: 10_000 });
    assert.deepEqual([whole.data.length, whole.isCut, whole.cutBy], [4, false, undefined]);
    const { data } = await store.sql(wide);
    assert.equal(data.length, Math.floor(32e6 / 2_008));
    for (const bad of [{ limit: 0 }, { maxBytes: 1e12 }, { timeoutMs: 0.5 }]) {
      await assert.rejects(store.sql("select 1", bad), RangeError);
    }
  });

  test("ends a query without an end when its time is over, or when asked to", async (store) => {
    await store.write({ instruments: [BTC] });
    const endless = "with recursive n(i) as (select 1 union all select i + 1 from n) " +
      "select count(*) from n";
    const late = store.sql(endless, { timeoutMs: 300 });
    // Neither the event loop nor the store stands still meanwhile.
    await store.write({ bars: [barsOf("BTCUSDT", [{ openTime: 0 }])] });
    assert.equal((await minutes(store)).openTime.length, 1);
    await assert.rejects(late, (error) => {
      assert.ok(error instanceof MarketError);
      assert.match(error.message, /was ended after 0\.3 s/);
      return error.code === "sql-timeout";
    });
    const stop = new AbortController();
    const stopped = store.sql(endless, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 200);
    await assert.rejects(stopped, /^Error: enough$/);
    await assert.rejects(store.sql(endless, { signal: stop.signal }), /^Error: enough$/);
  });
}

function barsOf(instrument: string, rows: readonly BarRow[]) {
  return { instrument, stepMs: MINUTE, bars: barColumns(rows) };
}

function minutes(store: Store) {
  return store.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
}
