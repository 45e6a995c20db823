import assert from "node:assert/strict";
import {
  decodeNames,
  decodeStatus,
  decodeVenueTime,
  decodeVolatilityPage,
} from "../../lib/wire/deribit_result.ts";

const AT = 1789999920000;

Deno.test("rows of the volatility index are read with the way to the page before", () => {
  const data = [[AT, 41.30, 41.41, 41.28, 41.37], [AT + 60_000, 41.37, 41.40, 41.33, 41.36]];
  assert.deepEqual(decodeVolatilityPage({ data, continuation: 1789999860000 }), {
    rows: [
      { openTime: AT, open: 41.30, high: 41.41, low: 41.28, close: 41.37 },
      { openTime: AT + 60_000, open: 41.37, high: 41.40, low: 41.33, close: 41.36 },
    ],
    continuation: 1789999860000,
    fractions: 0,
    rejected: [],
  });
});

Deno.test("rows come out oldest first, whatever the order they came in, and each time once", () => {
  const row = (time: number) => [time, 41, 42, 40, 41];
  const data = [row(AT + 60_000), row(AT), row(AT)];
  const page = decodeVolatilityPage({ data, continuation: null });
  assert.deepEqual(page?.rows.map(({ openTime }) => openTime), [AT, AT + 60_000]);
  assert.deepEqual(page?.rejected, ["a time that stands twice"]);
  assert.equal(page?.continuation, undefined);
});

Deno.test("fractions become per cent and are counted", () => {
  const page = decodeVolatilityPage({ data: [[AT, 0.21, 0.29, 0.2, 0.28]], continuation: null });
  assert.deepEqual(page?.rows, [{ openTime: AT, open: 21, high: 29, low: 20, close: 28 }]);
  assert.equal(page?.fractions, 1);
});

Deno.test("a row that cannot be believed is left out with its reason", () => {
  const data = [
    [AT, 41, 42, 40],
    [17, 41, 42, 40, 41],
    [AT, 41, 42, -1, 41],
    [AT, 41, "42", 40, 41],
    [AT, 45, 42, 40, 41],
    "row",
  ];
  assert.deepEqual(decodeVolatilityPage({ data, continuation: null }), {
    rows: [],
    continuation: undefined,
    fractions: 0,
    rejected: [
      "a row that is not five numbers",
      "a row without an epoch time",
      "a value that is not a number above 0",
      "a value that is not a number above 0",
      "a row outside its own high and low",
      "a row that is not five numbers",
    ],
  });
});

Deno.test("an empty list is an answer, and anything else is none", () => {
  assert.deepEqual(decodeVolatilityPage({ data: [], continuation: null })?.rows, []);
  for (const result of [null, "ok", [], {}, { data: {} }]) {
    assert.equal(decodeVolatilityPage(result), undefined);
  }
});

Deno.test("all four shapes of the platform's status are read", () => {
  const shapes: [unknown, unknown][] = [
    [{ locked: "true", locked_indices: [] }, { locked: "all", names: [] }],
    [{ locked: "partial", locked_indices: ["btc_usd"] }, { locked: "some", names: ["btc_usd"] }],
    [{ locked: "false", locked_indices: [] }, { locked: "none", names: [] }],
    [{ locked: true, locked_currencies: ["BTC"] }, { locked: "all", names: ["BTC"] }],
    [{ locked: false, locked_currencies: ["BTC"] }, { locked: "some", names: ["BTC"] }],
    [{ locked: false }, { locked: "none", names: [] }],
  ];
  for (const [result, status] of shapes) assert.deepEqual(decodeStatus(result), status);
  for (const result of [null, {}, { locked: 1 }, { locked: false, locked_indices: [1] }]) {
    assert.equal(decodeStatus(result), undefined);
  }
});

Deno.test("channels and times are taken only when they are such", () => {
  assert.deepEqual(decodeNames(["deribit_volatility_index.btc_usd"]), [
    "deribit_volatility_index.btc_usd",
  ]);
  assert.equal(decodeNames("deribit_volatility_index.btc_usd"), undefined);
  assert.equal(decodeNames(["x".repeat(200)]), undefined);
  assert.equal(decodeVenueTime(AT), AT);
  for (const result of [17, "1789999920000", AT + 0.5, null]) {
    assert.equal(decodeVenueTime(result), undefined);
  }
});
