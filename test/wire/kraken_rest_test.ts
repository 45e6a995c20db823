import assert from "node:assert/strict";
import {
  decodeKrakenError,
  decodeKrakenRows,
  decodeKrakenTime,
  decodeKrakenTrades,
} from "../../lib/wire/kraken_rest.ts";

const BARS =
  '{"error":[],"result":{"XXBTZUSD":[[1790067840,"91940.0","91950.1","91938.8","91944.1","91944.6","0.75066226",12],[1790067900,"91944.1","91944.1","91944.1","91944.1","0.0","0.00000000",0]],"last":1790067840}}';

Deno.test("decodeKrakenRows reads the rows under whatever name the pair has, and which of them are finished", () => {
  const { rows, rejected, lastFinished } = decodeKrakenRows(BARS)!;
  assert.deepEqual(rejected, []);
  assert.equal(lastFinished, 1_790_067_840_000);
  assert.deepEqual(rows[0], {
    openTime: 1_790_067_840_000,
    open: 91_940,
    high: 91_950.1,
    low: 91_938.8,
    close: 91_944.1,
    vwap: 91_944.6,
    volume: 0.75066226,
    trades: 12,
  });
  assert.deepEqual([rows[1]!.trades, rows[1]!.vwap], [0, 0]);
  const spoilt = decodeKrakenRows(BARS.replace('"91940.0"', '"-1"'))!;
  assert.deepEqual([spoilt.rows.length, spoilt.rejected.length], [1, 1]);
});

Deno.test("decodeKrakenTrades reads times with decimals to the ms below, and says when a row is damaged", () => {
  const body = (...rows: string[]) =>
    `{"error":[],"result":{"XXBTZUSD":[${rows.join()}],"last":"1790067880440295123"}}`;
  const row = (time: string, id: number) => `["91944.2","0.00027625",${time},"s","l","",${id}]`;
  const { rows, isWhole } = decodeKrakenTrades(
    body(row("1790067880.4409996", 8), row("1790067880.44", 7), row("1790067880", 6)),
  )!;
  assert.ok(isWhole);
  assert.deepEqual(rows.map(({ id, time, side }) => [id, time, side]), [
    [6, 1_790_067_880_000, "sell"],
    [7, 1_790_067_880_440, "sell"],
    [8, 1_790_067_880_441, "sell"],
  ]);
  const spoilt = decodeKrakenTrades(body(row("1790067880.44", 7), row("1790067880.45", 0)))!;
  assert.deepEqual([spoilt.rows.length, spoilt.isWhole], [1, false]);
});

Deno.test("decodeKrakenError finds the first error of a good answer, and warnings are none", () => {
  assert.equal(
    decodeKrakenError('{"error":["EAPI:Rate limit exceeded"]}'),
    "EAPI:Rate limit exceeded",
  );
  assert.equal(
    decodeKrakenError('{"error":["WGeneral:x","EService:Busy"],"result":{}}'),
    "EService:Busy",
  );
  assert.equal(decodeKrakenError('{"error":["WGeneral:x"],"result":{}}'), undefined);
  for (const other of ["<html>", "{}", "[]", '{"error":"x"}', BARS]) {
    assert.equal(decodeKrakenError(other), undefined);
  }
});

Deno.test("Kraken's answers are read by their own decoder only", () => {
  const time =
    '{"error":[],"result":{"unixtime":1790000000,"rfc1123":"Mon, 21 Sep 26 13:33:20 +0000"}}';
  assert.equal(decodeKrakenTime(time), 1_790_000_000_000);
  const refused = '{"error":["EService:Busy"],"result":{"unixtime":1790000000}}';
  for (const other of [refused, "{}", "", '{"error":[],"result":{}}', '{"error":[],"result":[]}']) {
    assert.equal(decodeKrakenTime(other), undefined);
    assert.equal(decodeKrakenRows(other), undefined);
    assert.equal(decodeKrakenTrades(other), undefined);
  }
  assert.equal(decodeKrakenRows(BARS.replace(',"last":1790067840', "")), undefined);
});
