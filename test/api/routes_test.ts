import assert from "node:assert/strict";
import { START } from "../support/fake_market.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { withApi } from "./api_fixture.ts";

/** A row as an object. */
function rowsOf({ columns, data }: { columns: string[]; data: unknown[][] }) {
  return data.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
}

Deno.test("correlations, their series and the matrix are the market's, with their evidence", async () => {
  await withApi(async ({ market, close, get }) => {
    for (let minute = 0; minute < 40; minute++) await close(minute);
    const [expected] = market.correlation({ timeframe: "1m" });
    const { estimate } = expected!;
    assert.equal(estimate.kind, "ok");
    const [row] = rowsOf((await get("/correlation?timeframe=1m&pair=BTCUSDT/ES")).body);
    assert.ok(row !== undefined && estimate.kind === "ok");
    assert.deepEqual(
      [row.r, row.lo, row.hi, row.n, row.expected, row.window],
      [estimate.value, ...estimate.ci, estimate.n, estimate.expected, 60],
    );
    const asked = market.correlation({ timeframe: "1m", window: 25 })[0]!.estimate;
    const [other] = rowsOf((await get("/correlation?timeframe=1m&window=25")).body);
    assert.equal(other!.r, asked.kind === "ok" ? asked.value : undefined);
    const series = market.correlationSeries({ pair: "BTCUSDT/ES" });
    const { body } = await get("/correlation/series?pair=BTCUSDT/ES&limit=10000");
    assert.deepEqual(rowsOf(body).map((each) => each.openTime), [...series.openTime]);
    assert.deepEqual(
      rowsOf(body).map((each) => each.r),
      [...series.r].map((r) => Number.isNaN(r) ? null : r),
    );
    const { body: matrix } = await get("/correlation/matrix");
    assert.deepEqual(matrix.columns, ["BTCUSDT", "ES"]);
    assert.equal(matrix.data[0][1], estimate.value);
    assert.equal(matrix.data[0][0], 1);
  });
});

Deno.test("a pair that is not followed is 404, and too few minutes are null with a reason", async () => {
  await withApi(async ({ close, get }) => {
    await close(0);
    assert.equal((await get("/correlation?pair=BTCUSDT/NQ")).status, 404);
    const [row] = rowsOf((await get("/correlation?timeframe=1m")).body);
    assert.equal(row!.r, null);
    assert.match(`${row!.reason}`, /./);
  });
});

Deno.test("coverage, measures, statistics and a pair come from the same minutes", async () => {
  await withApi(async ({ market, close, get }) => {
    for (let minute = 0; minute < 70; minute++) await close(minute);
    const coverage = (await get("/coverage/ES")).body;
    assert.equal(coverage.streamed, market.coverage("ES").streamed);
    const measures = (await get("/measures")).body;
    assert.equal(measures.openTime, market.latest!.openTime);
    const [btc] = rowsOf(measures.instruments);
    assert.equal(btc!.close, market.latest!.measures.instruments[0]!.close);
    const [all] = rowsOf((await get("/statistics/BTCUSDT")).body);
    assert.equal(all!.n, 69);
    const part = `from=${START + 10 * MINUTE}&to=${START + 20 * MINUTE}`;
    const [ten] = rowsOf((await get(`/statistics/BTCUSDT?${part}`)).body);
    assert.equal(ten!.n, 10);
    const pair = await get("/pairs/BTCUSDT/ES?window=20");
    assert.equal(pair.status, 200);
    assert.equal(pair.body.latest.openTime, START + 69 * MINUTE);
    assert.ok(Number.isFinite(pair.body.latest.beta));
    assert.equal(pair.body.tests.n, 70);
    assert.equal((await get("/pairs/BTCUSDT/BTCUSDT")).status, 404);
  });
});

Deno.test("changes take the token; rules are armed, replaced, listed and taken away", async () => {
  await withApi(async ({ get, change }) => {
    const rule = { name: "far", metric: "price", of: "BTCUSDT", fire: "above 10" };
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(rule);
    assert.equal((await get("/rules", { method: "POST", headers, body })).status, 401);
    // In the second in which a list was answered: whoever changes it sees it changed.
    assert.deepEqual((await get("/rules")).body.rules, []);
    const made = await change("POST", "/rules", rule);
    assert.equal(made.status, 201);
    assert.equal(made.body.fire, "above 10");
    assert.equal((await get("/rules")).body.rules.length, 1);
    assert.equal((await change("POST", "/rules", rule)).status, 409);
    assert.equal((await change("PUT", "/rules/far", { ...rule, fire: "below 5" })).status, 200);
    const [only] = (await get("/rules")).body.rules;
    assert.equal(only.fire, "below 5");
    const bad = await change("PUT", "/rules/far", { ...rule, fire: "over 5" });
    assert.equal(bad.status, 400);
    assert.equal(bad.body.errors[0].pointer, "/body/fire");
    assert.equal(bad.body.errors[0].value, "over 5");
    assert.equal((await change("PUT", "/rules/far", { ...rule, metric: "prise" })).status, 400);
    assert.equal((await change("PUT", "/rules/far", { ...rule, of: "NQ" })).status, 404);
    const odd = await change("PUT", "/rules/far", { ...rule, window: 9 });
    assert.deepEqual([odd.status, odd.body.errors[0].pointer], [409, "/body/window"]);
    assert.equal((await change("DELETE", "/rules/far")).status, 204);
    assert.equal((await change("DELETE", "/rules/far")).status, 404);
  });
});

Deno.test("an alert of a rule made over the API is listed, a page at a time", async () => {
  await withApi(async ({ close, get, change }) => {
    const rule = { metric: "price", of: "BTCUSDT", fire: "above 10" };
    await change("PUT", "/rules/one", rule);
    await change("PUT", "/rules/two", rule);
    for (let minute = 0; minute < 3; minute++) await close(minute);
    const first = (await get("/alerts?limit=1")).body;
    const [alert] = rowsOf(first);
    assert.equal(alert!.rule, "one");
    assert.equal(alert!.state, "firing");
    const second = (await get(`/alerts?limit=1&cursor=${first.next}`)).body;
    assert.equal(rowsOf(second)[0]!.rule, "two");
    assert.equal(second.next, null);
  });
});

Deno.test("instruments are followed and left; what cannot be followed is 404", async () => {
  await withApi(async ({ market, get, change }) => {
    assert.equal((await change("PUT", "/instruments/ETHUSDT", {})).status, 200);
    assert.deepEqual(market.instruments.map(({ id }) => id), ["BTCUSDT", "ES", "ETHUSDT"]);
    assert.equal((await get("/bars/ETHUSDT")).status, 200);
    assert.equal((await change("PUT", "/instruments/NOPE", {})).status, 404);
    assert.equal((await change("DELETE", "/instruments/ETHUSDT")).status, 204);
    assert.equal((await get("/bars/ETHUSDT")).status, 404);
  });
});

Deno.test("bodies of another type, too long ones, and what is no JSON are refused", async () => {
  await withApi(async ({ get }) => {
    const authorization = "Bearer a-token-of-the-test";
    const post = (type: string, body: string) =>
      get("/rules", { method: "POST", headers: { authorization, "content-type": type }, body });
    assert.equal((await post("text/plain", "{}")).status, 415);
    assert.equal((await post("application/json", "{")).status, 400);
    assert.equal((await post("application/json", `"${"x".repeat(1_100_000)}"`)).status, 413);
    const pieces = Array.from({ length: 12 }, () => new Uint8Array(100_000).fill(120));
    const streamed = await get("/rules", {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: ReadableStream.from(pieces),
    });
    assert.equal(streamed.status, 413);
  });
});

Deno.test("without a store, what memory holds is exported, and the rest says what it needs", async () => {
  await withApi(async ({ close, get, change }) => {
    for (let minute = 0; minute < 3; minute++) await close(minute);
    const { response, body } = await get("/exports/bars?symbol=ES");
    assert.match(response.headers.get("content-disposition")!, /bars_ES\.csv/);
    const first = (await get("/exports/bars")).response.headers.get("content-disposition");
    assert.match(first!, /bars_BTCUSDT\.csv/, "a file says what it is of");
    assert.equal(body.trim().split("\n").length, 4);
    assert.equal((await get("/exports/trades")).status, 409);
    assert.equal((await get("/trades/ES")).status, 409);
    assert.equal((await change("POST", "/imports?symbol=ES", { text: "a" })).status, 409);
  });
});

Deno.test("the document lists every route, the docs page shows them and asks nobody, metrics count", async () => {
  await withApi(async ({ close, get, root }) => {
    await close(0);
    const { body } = await get("/openapi.json");
    assert.equal(body.openapi, "3.1.0");
    assert.ok(Object.keys(body.paths).length >= 18);
    for (
      const [path, methods] of Object.entries<Record<string, { responses: object }>>(body.paths)
    ) {
      for (const { responses } of Object.values(methods)) {
        for (const status of ["400", "401", "403", "421", "429"]) {
          assert.ok(status in responses, `${path} may answer ${status}`);
        }
      }
    }
    const page = await get("/docs");
    assert.match(page.body, /\/api\/v1\/bars\/\{id\}/);
    assert.doesNotMatch(page.body, /<script|https?:\/\//);
    const { body: text } = await get("/metrics");
    assert.match(text, /^comove_stream_minutes\{instrument="BTCUSDT",venue="binance"\} 1$/m);
    for (const path of ["/openapi.json", "/docs"]) {
      const response = await fetch(`${root}${path}`);
      assert.equal(response.status, 200);
      await response.body?.cancel();
    }
  });
});
