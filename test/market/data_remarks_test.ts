import assert from "node:assert/strict";
import { dataRemarks, pairRemark } from "../../lib/market/data_remarks.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { NOW, streamSnapshot, venueSnapshot } from "../support/feed_snapshots.ts";
import { bitcoin, futures, statusMarket } from "../support/status_market.ts";

const PAIR = ["BTCUSDT", "ES"] as const;

Deno.test("dataRemarks says why a number is not of now, in the order asked for", () => {
  const market = statusMarket([bitcoin, futures({ state: "closed", lastBar: NOW - 60 * MINUTE })]);
  assert.deepEqual(dataRemarks(market, ["ES", "BTCUSDT", "GC"]), [
    { word: "closed", time: NOW - 59 * MINUTE, isFault: false },
    undefined,
    undefined,
  ]);
});

Deno.test("pairRemark names the side whose newest return lags, and calls delayed data so", () => {
  const of = (es: Parameters<typeof futures>[0]) =>
    pairRemark(statusMarket([bitcoin, futures(es)]), PAIR);
  const old = NOW - 10 * MINUTE;
  assert.equal(of({}), undefined);
  assert.equal(of({ state: "stale" }), undefined, "its newest return is still of now");
  assert.deepEqual(of({ state: "stale", lastBar: old }), {
    word: "ES stale",
    time: old + MINUTE,
    isFault: true,
  });
  assert.deepEqual(of({ state: "closed", lastBar: old })?.isFault, false);
  assert.equal(of({ lastBar: old })?.word, "ES late");
  assert.equal(of({ lastBar: old, source: "delayed" })?.word, "ES delayed");
  const stream = { instrument: "BTCUSDT", state: "stale", lastBar: old } as const;
  const quiet = venueSnapshot({ streams: [streamSnapshot(stream)] });
  assert.equal(pairRemark(statusMarket([quiet, futures()]), PAIR)?.word, "BTC/USDT stale");
});
