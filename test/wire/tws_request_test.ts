import assert from "node:assert/strict";
import fc from "fast-check";
import { readTwsRequest } from "../../lib/wire/tws_request.ts";

const ES = ["0", "ES", "FUT", "202512", "0.0", "", "50", "CME", "", "USD", "", ""];
const QUERY = {
  conId: undefined,
  symbol: "ES",
  secType: "FUT",
  lastTradeDateOrContractMonth: "202512",
  multiplier: "50",
  exchange: "CME",
  currency: "USD",
  localSymbol: "",
  tradingClass: "",
  includeExpired: false,
};

Deno.test("readTwsRequest reads the requests of a market-data client", () => {
  assert.deepEqual(readTwsRequest(["71", "2", "17", ""]), { kind: "startApi", clientId: 17 });
  assert.deepEqual(readTwsRequest(["9", "8", "3", ...ES, "1", "", "", ""]), {
    kind: "contractDetails",
    id: 3,
    contract: { ...QUERY, includeExpired: true },
  });
  const end = "20251203-15:00:00";
  assert.deepEqual(
    readTwsRequest(["20", "4", ...ES, "0", end, "1 min", "900 S", "1", "TRADES", "2", "0", ""]),
    {
      kind: "historicalData",
      id: 4,
      contract: QUERY,
      end,
      barSize: "1 min",
      duration: "900 S",
      regularHoursOnly: true,
      whatToShow: "TRADES",
      formatDate: 2,
      keepUpToDate: false,
    },
  );
  assert.deepEqual(readTwsRequest(["50", "3", "5", ...ES, "5", "TRADES", "0", ""]), {
    kind: "realTimeBars",
    id: 5,
    contract: QUERY,
    barSize: 5,
    whatToShow: "TRADES",
    regularHoursOnly: false,
  });
  assert.deepEqual(readTwsRequest(["1", "11", "6", ...ES, "0", "233", "1", "0", ""]), {
    kind: "marketData",
    id: 6,
    contract: QUERY,
    snapshot: true,
    regulatorySnapshot: false,
  });
  const billed = readTwsRequest(["1", "11", "6", ...ES, "0", "", "1", "1", ""]);
  assert.ok(billed.kind === "marketData" && billed.regulatorySnapshot);
  assert.deepEqual(readTwsRequest(["59", "1", "3"]), { kind: "marketDataType", type: 3 });
  assert.deepEqual(readTwsRequest(["2", "1", "6"]), { kind: "cancelMarketData", id: 6 });
});

Deno.test("readTwsRequest says what is wrong with a message it cannot read", () => {
  assert.deepEqual(readTwsRequest(["50", "3", "5", ...ES, "five", "TRADES", "0", ""]), {
    kind: "unreadable",
    id: 5,
    reason: 'field 16 must be a whole number, got "five"',
  });
  assert.deepEqual(readTwsRequest(["20", "4", ...ES]), {
    kind: "unreadable",
    id: 4,
    reason: "field 15 is missing",
  });
});

Deno.test("readTwsRequest has an answer to whatever comes", () => {
  const field = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.integer({ min: -5, max: 120 }).map(String),
  );
  fc.assert(fc.property(fc.array(field, { maxLength: 25 }), (fields) => {
    assert.equal(typeof readTwsRequest(fields).kind, "string");
  }));
  assert.deepEqual(readTwsRequest([]), { kind: "unknown", message: "" });
  assert.deepEqual(readTwsRequest(["constructor"]), { kind: "unknown", message: "constructor" });
});
