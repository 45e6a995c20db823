import assert from "node:assert/strict";
import { HOUR } from "../../../lib/model/time.ts";
import {
  conIdOf,
  ContractBook,
  lastTradeText,
  termsOf,
} from "../../../lib/simulator/tws/contracts.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { hoursOf, ListedHours } from "../../../lib/simulator/tws/hours.ts";
import { Tape } from "../../../lib/simulator/tws/tape.ts";
import type { TwsContractQuery } from "../../../lib/wire/tws_request.ts";
import { handTruth, START } from "./hand_truth.ts";

const NOTHING: TwsContractQuery = {
  conId: undefined,
  symbol: "",
  secType: "FUT",
  lastTradeDateOrContractMonth: "",
  multiplier: "",
  exchange: "",
  currency: "",
  localSymbol: "",
  tradingClass: "",
  includeExpired: false,
};
const book = new ContractBook(handTruth());
const ES = {
  listing: handTruth().listings(START).find(({ symbol }) => symbol === "ESZ5")!,
  terms: termsOf("ES"),
};

function find(query: Partial<TwsContractQuery>): string[] {
  return book.find({ ...NOTHING, ...query }, START).map(({ listing }) => listing.symbol);
}

Deno.test("ContractBook finds a contract month by each of its names", () => {
  const es = { symbol: "ES" };
  assert.deepEqual(find(es), ["ESZ5", "ESH6", "ESM6"]);
  const names: Partial<TwsContractQuery>[] = [
    { ...es, lastTradeDateOrContractMonth: "202603" },
    { ...es, lastTradeDateOrContractMonth: "20260320" },
    { ...es, lastTradeDateOrContractMonth: "20260320 08:30:00 US/Central" },
    { localSymbol: "ESH6" },
    { conId: conIdOf("ESH6") },
    { conId: conIdOf("ESH6"), secType: "" },
    {
      ...es,
      localSymbol: "ESH6",
      exchange: "QBALGO",
      currency: "USD",
      multiplier: "50",
      tradingClass: "ES",
    },
  ];
  for (const query of names) assert.deepEqual(find(query), ["ESH6"], JSON.stringify(query));
});

Deno.test("ContractBook finds nothing where anything differs", () => {
  const es = { symbol: "ES" };
  const names: Partial<TwsContractQuery>[] = [
    {},
    { ...es, secType: "STK" },
    { ...es, secType: "" },
    { ...es, exchange: "SMART" },
    { ...es, currency: "EUR" },
    { ...es, multiplier: "5" },
    { ...es, tradingClass: "MES" },
    { ...es, lastTradeDateOrContractMonth: "202601" },
    { ...es, conId: conIdOf("NQZ5") },
    { symbol: "YM" },
  ];
  for (const query of names) assert.deepEqual(find(query), [], JSON.stringify(query));
});

Deno.test("ContractBook lists expired contract months only on request", () => {
  const truth = { ...handTruth(), from: Date.UTC(2025, 8, 1) };
  const withPast = new ContractBook(truth);
  const query = { ...NOTHING, symbol: "ES", includeExpired: true };
  const symbols = withPast.find(query, START).map(({ listing }) => listing.symbol);
  assert.deepEqual(symbols, ["ESU5", "ESZ5", "ESH6", "ESM6"]);
});

Deno.test("conIdOf gives nine digits, one number for each contract of fifty years", () => {
  const ids = new Set<number>();
  for (const root of ["ES", "NQ", "MES", "MNQ"]) {
    for (const month of "HMUZ") {
      for (let year = 0; year < 50; year++) ids.add(conIdOf(`${root}${month}${year}`));
    }
  }
  assert.equal(ids.size, 800);
  assert.ok([...ids].every((id) => id >= 600_000_000 && id < 1_000_000_000));
});

Deno.test("hoursOf leaves out holidays and early closes of the truth", () => {
  const thanksgiving = Date.UTC(2025, 10, 27);
  const truth = handTruth();
  const closing = {
    ...truth,
    isOpen: (symbol: string, minute: number) =>
      truth.isOpen(symbol, minute) &&
      !(minute >= thanksgiving + 18 * HOUR && minute < thanksgiving + 23 * HOUR) &&
      !(minute >= Date.UTC(2025, 10, 27, 23) && minute < Date.UTC(2025, 10, 28, 23)),
  };
  const { trading, liquid } = hoursOf(new Tape(closing), ES, Date.UTC(2025, 10, 26, 15));
  assert.equal(
    trading,
    "20251125:1700-20251126:1600;20251126:1700-20251127:1200;20251128:CLOSED;20251129:CLOSED;20251130:1700-20251201:1600",
  );
  assert.equal(
    liquid,
    "20251126:0830-20251126:1600;20251127:0830-20251127:1200;20251128:CLOSED;20251129:CLOSED;20251130:CLOSED;20251201:0830-20251201:1600",
  );
});

Deno.test("ContractBook lists the model's gold, micros and bitcoin as IBKR does", () => {
  const model = new ContractBook(createMarketModel({ from: START }));
  const found = (query: Partial<TwsContractQuery>) => model.find({ ...NOTHING, ...query }, START);
  const first = (query: Partial<TwsContractQuery>) => {
    const { listing, terms } = found(query)[0]!;
    return `${listing.symbol} ${terms.tradingClass} ${listing.multiplier} ${terms.exchange}`;
  };
  assert.equal(first({ symbol: "MES" }), "MESZ5 MES 5 CME");
  assert.equal(first({ symbol: "GC", exchange: "COMEX" }), "GCZ5 GC 100 COMEX");
  assert.deepEqual(found({ symbol: "GC", exchange: "CME" }), [], "gold is at COMEX");
  assert.deepEqual(found({ symbol: "BTC" }), [], "at IBKR it is BRR");
  const classes = found({ symbol: "BRR" }).map(({ terms }) => terms.tradingClass);
  assert.deepEqual([...new Set(classes)].sort(), ["BTC", "MBT"], "two classes under one symbol");
  assert.equal(first({ symbol: "BRR", tradingClass: "BTC" }), "BTCZ5 BTC 5 CME");
  assert.equal(first({ symbol: "BRR", multiplier: "0.1" }), "MBTZ5 MBT 0.1 CME");
  assert.equal(first({ symbol: "MBT" }), "MBTZ5 MBT 0.1 CME");
});

Deno.test("lastTradeText is in the zone of the exchange", () => {
  const model = new ContractBook(createMarketModel({ from: START }));
  const text = (symbol: string) => lastTradeText(model.find({ ...NOTHING, symbol }, START)[0]!);
  assert.equal(text("ES"), "20251219 08:30:00 US/Central");
  assert.equal(text("GC"), "20251229 13:30:00 US/Eastern");
  assert.equal(text("MBT"), "20251224 10:00:00 US/Central", "Boxing Day is none in London");
});

Deno.test("ListedHours gives each contract its own hours, however they are shared", () => {
  const model = createMarketModel({ from: START - 10 * 24 * HOUR });
  const tape = new Tape(model);
  const book = new ContractBook(model);
  for (const now of [START, Date.UTC(2025, 11, 17, 15)]) {
    const hours = new ListedHours(tape, now);
    for (const symbol of ["ES", "GC"]) {
      for (const contract of book.find({ ...NOTHING, symbol }, now)) {
        assert.deepEqual(hours.of(contract), hoursOf(tape, contract, now), contract.listing.symbol);
      }
    }
  }
});
