import assert from "node:assert/strict";
import { lastTradeDateOf } from "../../../lib/calendar/contract_dates.ts";
import { contractSymbol } from "../../../lib/calendar/contract_month.ts";
import { type Product, productOf } from "../../../lib/calendar/products.ts";
import { ContractSchedule } from "../../../lib/feeds/ibkr/contracts.ts";
import type { ListedFuture } from "../../../lib/feeds/ibkr/gateway.ts";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import { FakeVenue, QUARTERS, rigOn } from "./fake_venue.ts";

const GC = productOf("GC");
/** Wednesday 26 November 2025: by date gold rolled on Monday the 24th. */
const AFTER_GOLD_ROLL = Date.UTC(2025, 10, 26, 15, 0);

function listed(product: Product, contractMonth: string, contractId: number): ListedFuture {
  return {
    contractId,
    symbol: product.ibkrSymbol,
    tradingClass: product.tradingClass,
    localSymbol: contractSymbol(product.root, contractMonth),
    lastTradeDate: lastTradeDateOf(product, contractMonth),
    contractMonth,
    exchange: product.exchange,
    currency: "USD",
    multiplier: product.multiplier,
    timeZone: "US/Central",
    tradingHours: "",
  };
}

/** Every month from November 2025 on, as COMEX lists the nearest ones. */
const GOLD = [
  "202511",
  "202512",
  "202601",
  "202602",
  "202604",
  "202606",
  "202608",
  "202610",
  "202612",
]
  .map((month, i) => listed(GC, month, 300 + i));

Deno.test("createIbkrFeed streams gold's active month, not its nearest, whatever row comes first", async () => {
  for (const rows of [GOLD, GOLD.toReversed()]) {
    const venue = new FakeVenue({ start: AFTER_GOLD_ROLL });
    venue.quarters = rows;
    const rig = rigOn(venue, { futures: [{ symbol: "GC", exchange: "COMEX" }] });
    rig.feed.start();
    await venue.clock.advance(5 * MINUTE);
    assert.equal(rig.feed.snapshot().streams[0]!.contract, "GCG6");
    assert.equal(rig.feed.instruments[0]!.exchange, "COMEX");
    assert.equal(rig.feed.snapshot().state, "live");
    assert.deepEqual(rig.differences("GC", () => 303), []);
    const { rollAt, expiry } = rig.of("contract")[0]!;
    assert.equal(expiry, "20260225");
    assert.equal(rollAt, Date.UTC(2026, 0, 26, 23), "three business days before 30 January");
    await rig.feed.close();
  }
});

Deno.test("createIbkrFeed rolls gold from August to December, and never into October", async () => {
  const roll = Date.UTC(2026, 6, 27, 22);
  const venue = new FakeVenue({ start: roll - 90 * MINUTE });
  venue.quarters = GOLD;
  const rig = rigOn(venue, { futures: [{ symbol: "GC", exchange: "COMEX" }] });
  rig.feed.start();
  await venue.clock.advance(3 * HOUR);
  const contracts = rig.of("contract").map(({ contract }) => contract);
  assert.deepEqual([...new Set(contracts)], ["GCQ6", "GCZ6"]);
  assert.ok(!venue.gateway.sent.includes("bars GCV6"));
  await rig.feed.close();
});

Deno.test("createIbkrFeed stays on October gold for those who chose it", async () => {
  const venue = new FakeVenue({ start: AFTER_GOLD_ROLL });
  venue.quarters = GOLD;
  const gold = { futures: [{ symbol: "GC", exchange: "COMEX" }], manualExpiry: "202610" };
  const rig = rigOn(venue, gold);
  rig.feed.start();
  await venue.clock.advance(3 * MINUTE);
  assert.equal(rig.feed.snapshot().streams[0]!.contract, "GCV6");
  await rig.feed.close();
});

Deno.test("createIbkrFeed asks for bitcoin as BRR and takes only its class and multiplier", async () => {
  const bitcoin = productOf("BTC");
  const micro = productOf("MBT");
  const under = (product: Product, month: string, id: number) => ({
    ...listed(product, month, id),
    symbol: "BRR",
  });
  const venue = new FakeVenue({ start: AFTER_GOLD_ROLL });
  // As IBKR listed them in 2021: the micro first, under the same symbol.
  venue.quarters = ["202512", "202601"].flatMap((month, i) => [
    under(micro, month, 400 + i),
    under(bitcoin, month, 500 + i),
  ]);
  const rig = rigOn(venue, { futures: [{ symbol: "BTC", exchange: "CME" }] });
  rig.feed.start();
  await venue.clock.advance(3 * MINUTE);
  assert.ok(venue.gateway.sent.includes("futures BRR"));
  assert.equal(rig.feed.snapshot().streams[0]!.contract, "BTCZ5");
  assert.deepEqual(rig.differences("BTC", () => 500), []);
  await rig.feed.close();
});

Deno.test("createIbkrFeed says what is listed where the class it wants is not, and streams the others", async () => {
  const venue = new FakeVenue();
  venue.quarters = QUARTERS.map((future) =>
    future.symbol === "ES" ? { ...future, tradingClass: "MES", multiplier: 5 } : future
  );
  const rig = rigOn(venue);
  rig.feed.start();
  await venue.clock.advance(3 * MINUTE);
  const { error } = rig.of("failure")[0]!;
  assert.equal(error.code, "unknown-contract");
  assert.match(
    error.message,
    /no ES of class ES and multiplier 50 under ES; it lists class MES × 5/,
  );
  assert.deepEqual(rig.feed.snapshot().streams.map(({ state }) => state), ["failed", "live"]);
  await rig.feed.close();
});

Deno.test("createIbkrFeed refuses unknown roots and wrong exchanges by name", () => {
  const futures = (symbol: string, exchange: string) => ({ futures: [{ symbol, exchange }] });
  const venue = new FakeVenue();
  assert.throws(
    () => rigOn(venue, futures("CL", "NYMEX")),
    /ibkr\.futures: symbol must be one of the roots ES.*products\.ts, got CL/,
  );
  assert.throws(
    () => rigOn(venue, futures("GC", "CME")),
    /ibkr\.futures: exchange must be COMEX, where GC trades, got CME/,
  );
});

Deno.test("createIbkrFeed with roll: volume moves a micro by the volume of the big contract", async () => {
  const crossing = Date.UTC(2025, 11, 9);
  const open = Date.UTC(2025, 11, 9, 23);
  const venue = new FakeVenue({ start: open - 30 * MINUTE });
  venue.quarters = [
    ...QUARTERS,
    ...["202512", "202603"].map((month, i) => listed(productOf("MES"), month, 700 + i)),
  ];
  // Of its own volume the micro would not move on before Friday.
  venue.dayVolume = (symbol, day) => {
    const isNext = symbol.endsWith("H6");
    if (symbol.startsWith("MES")) return isNext ? 1 : 2;
    return (day >= crossing) === isNext ? 2 : 1;
  };
  const rig = rigOn(venue, {
    roll: "volume",
    futures: [{ symbol: "MES", exchange: "CME" }, { symbol: "ES", exchange: "CME" }],
  });
  rig.feed.start();
  await venue.clock.advance(50 * MINUTE);
  const rolls = rig.of("contract").map(({ contract, rollAt }) => `${contract} ${rollAt}`);
  assert.ok(rolls.includes(`MESZ5 ${open}`) && rolls.includes(`ESZ5 ${open}`), rolls.join());
  const { streams } = rig.feed.snapshot();
  assert.deepEqual(streams.map(({ contract }) => contract), ["MESH6", "ESH6"]);
  assert.ok(!venue.gateway.sent.some((line) => line.startsWith("days MES")));
  await rig.feed.close();
});

Deno.test("ContractSchedule leaves gold before first notice, however much the old month trades", () => {
  const contractMonth = "202602";
  const stays = new Map([[contractMonth, Date.UTC(2026, 1, 20)]]);
  const schedule = new ContractSchedule(GC, GOLD, null, stays);
  const front = schedule.at(Date.UTC(2026, 0, 28))!;
  assert.equal(front.future.localSymbol, "GCG6");
  const contenders = schedule.contenders(Date.UTC(2026, 0, 28));
  assert.deepEqual(contenders.map(({ future }) => future.localSymbol), ["GCG6", "GCJ6"]);
  const byRule = new ContractSchedule(GC, GOLD, null);
  const months: string[] = [];
  for (let time = Date.UTC(2025, 10, 1); time < Date.UTC(2026, 10, 20); time += DAY) {
    const symbol = byRule.at(time)!.future.localSymbol;
    if (symbol !== months.at(-1)) months.push(symbol);
  }
  assert.deepEqual(months, ["GCZ5", "GCG6", "GCJ6", "GCM6", "GCQ6", "GCZ6"]);
});
