import assert from "node:assert/strict";
import { globexEquityIndex } from "../../../lib/calendar/globex.ts";
import { productOf } from "../../../lib/calendar/products.ts";
import { volumeRollTime } from "../../../lib/feeds/ibkr/volume_roll.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { FakeVenue, rigOn } from "./fake_venue.ts";

const ES = productOf("ES");
const DECEMBER = { contractMonth: "202512", lastTradeDate: "20251219" };
/** Tuesday of the week before the expiry of ESZ5; the customary roll is on Sunday the 14th. */
const CROSSING = Date.UTC(2025, 11, 9);
const OPEN_AFTER = Date.UTC(2025, 11, 9, 23);

/** From the crossing on, the next contract trades more. */
function crossing(symbol: string, day: number): number {
  const isNext = symbol.endsWith("H6");
  return (day >= CROSSING) === isNext ? 2_000 : 1_000;
}

function days(volumes: Readonly<Record<number, number>>) {
  return Object.entries(volumes).map(([date, volume]) => {
    const price = { open: 1, high: 1, low: 1, close: 1 };
    return { time: Date.UTC(2025, 11, Number(date)), ...price, volume, trades: 1, vwap: 1 };
  });
}

Deno.test("volumeRollTime takes the open after the first whole day on which the next contract led", () => {
  const front = days({ 4: 50, 5: 50, 8: 50, 9: 50, 10: 50, 11: 50 });
  const next = days({ 4: 90, 5: 90, 8: 10, 9: 60, 10: 10, 11: 90 });
  const rollAt = (now: number, calendar = globexEquityIndex) =>
    volumeRollTime(ES, DECEMBER, { front, next, calendar, now });
  const lastTrade = Date.UTC(2025, 11, 19, 14, 30);
  assert.equal(rollAt(Date.UTC(2025, 11, 9, 21, 59)), lastTrade, "the day is not over");
  assert.equal(rollAt(Date.UTC(2025, 11, 9, 22)), OPEN_AFTER);
  assert.equal(rollAt(Date.UTC(2025, 11, 12)), OPEN_AFTER, "a later day takes nothing back");
});

Deno.test("volumeRollTime decides nothing by days that only one contract has, or without volume", () => {
  const calendar = globexEquityIndex;
  const now = Date.UTC(2025, 11, 12);
  const lastTrade = Date.UTC(2025, 11, 19, 14, 30);
  const cases = [
    [days({ 8: 50 }), days({ 9: 90 })],
    [days({ 9: NaN }), days({ 9: 90 })],
    [days({ 9: 90 }), days({ 9: NaN })],
    [days({ 9: 90 }), days({ 9: 90 })],
    [[], days({ 9: 90 })],
  ] as const;
  for (const [front, next] of cases) {
    assert.equal(volumeRollTime(ES, DECEMBER, { front, next, calendar, now }), lastTrade);
  }
  const friday = Date.UTC(2025, 11, 13);
  const bars = { front: days({ 12: 1 }), next: days({ 12: 2 }) };
  const sunday = Date.UTC(2025, 11, 14, 23);
  assert.equal(volumeRollTime(ES, DECEMBER, { ...bars, calendar, now: friday }), sunday);
});

Deno.test("createIbkrFeed with roll: volume moves on once, at the open after volume crossed", async () => {
  const venue = new FakeVenue({ start: OPEN_AFTER - 90 * MINUTE });
  venue.dayVolume = crossing;
  const { feed, of, differences, ledgers } = rigOn(venue, { roll: "volume" });
  feed.start();
  await venue.clock.advance(20 * MINUTE);
  assert.equal(feed.snapshot().streams[0]!.contract, "ESZ5", "the day of the crossing is not over");
  await venue.clock.advance(90 * MINUTE);
  assert.equal(feed.snapshot().streams[0]!.contract, "ESH6");
  venue.gateway.lose();
  await venue.clock.advance(20 * MINUTE);
  const contracts = of("contract").filter((event) => event.instrument === "ES")
    .map((event) => event.contract);
  assert.deepEqual(contracts.filter((name, i) => name !== contracts[i - 1]), ["ESZ5", "ESH6"]);
  assert.equal(ledgers.get("ES")!.at(OPEN_AFTER)!.contract, "ESH6");
  assert.deepEqual(differences("ES", (time) => time < OPEN_AFTER ? 101 : 102), []);
  assert.deepEqual(of("failure").map((event) => event.error.code), ["connection-lost"]);
  await feed.close();
  assert.equal(venue.clock.pending, 0);
});

Deno.test("createIbkrFeed with roll: volume backfills each side of a past roll from its own contract", async () => {
  const venue = new FakeVenue({ start: OPEN_AFTER + 3 * HOUR });
  venue.dayVolume = crossing;
  const rig = rigOn(venue, { roll: "volume" }, { backfillMs: 6 * HOUR });
  rig.feed.start();
  await venue.clock.advance(5 * MINUTE);
  assert.equal(rig.feed.snapshot().state, "live");
  assert.deepEqual(rig.differences("ES", (time) => time < OPEN_AFTER ? 101 : 102), []);
  assert.ok(!rig.of("contract").some(({ contract }) => contract === "ESZ5"));
  await rig.feed.close();
});

Deno.test("createIbkrFeed with roll: volume stays past the customary date while the front leads", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 14, 22, 55) });
  venue.dayVolume = (symbol) => symbol.endsWith("Z5") ? 2 : 1;
  const { feed, of, differences } = rigOn(venue, { roll: "volume" });
  feed.start();
  await venue.clock.advance(20 * MINUTE);
  assert.equal(feed.snapshot().streams[0]!.contract, "ESZ5");
  const { rollAt } = of("contract").at(-1)!;
  assert.equal(rollAt, Date.UTC(2025, 11, 19, 14, 30), "at the latest when it stops trading");
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed with roll: volume goes by date while volumes are refused, and never back", async () => {
  const rollAt = Date.UTC(2025, 11, 14, 23);
  const venue = new FakeVenue({ start: rollAt - 5 * MINUTE });
  venue.refusals.set("days", { code: 162, text: "HMDS server disconnect occurred" });
  venue.dayVolume = (symbol) => symbol.endsWith("Z5") ? 2 : 1;
  const { feed, of, states } = rigOn(venue, { roll: "volume" });
  feed.start();
  await venue.clock.advance(4 * MINUTE);
  assert.equal(states(), "connecting handshake ready starting live");
  await venue.clock.advance(5 * MINUTE);
  venue.refusals.clear();
  await venue.clock.advance(40 * MINUTE);
  const contracts = of("contract").filter((event) => event.instrument === "ES")
    .map((event) => event.contract);
  assert.deepEqual(contracts.filter((name, i) => name !== contracts[i - 1]), ["ESZ5", "ESH6"]);
  await feed.close();
});

Deno.test("createIbkrFeed with roll: volume asks for volumes near the roll only, and at IBKR's pace", async () => {
  const far = new FakeVenue();
  const calm = rigOn(far, { roll: "volume" });
  calm.feed.start();
  await far.clock.advance(HOUR);
  assert.ok(!far.gateway.sent.some((line) => line.startsWith("days")));
  await calm.feed.close();
  const near = new FakeVenue({ start: CROSSING + 15 * HOUR });
  const rig = rigOn(near, { roll: "volume" });
  rig.feed.start();
  await near.clock.advance(HOUR);
  const asked = near.gateway.sent.filter((line) => line.startsWith("days ES"));
  assert.deepEqual(new Set(asked), new Set(["days ESZ5  16 D", "days ESH6  16 D"]));
  assert.ok(asked.length >= 6 && asked.length <= 10, `${asked.length} questions in an hour`);
  await rig.feed.close();
});

Deno.test("createIbkrFeed refuses a roll rule that it does not know", () => {
  const roll = "volumes" as "volume";
  assert.throws(
    () => rigOn(new FakeVenue(), { roll }),
    /ibkr\.roll must be one of date, volume, got volumes/,
  );
});

Deno.test("createIbkrFeed streams both quarters in the week before the roll, and hands over without a hole", async () => {
  const venue = new FakeVenue({ start: OPEN_AFTER - 70 * MINUTE });
  venue.dayVolume = crossing;
  const rig = rigOn(venue, { roll: "volume" }, { backfillMs: 20 * MINUTE });
  const { feed, differences, of, ledgers } = rig;
  const names = () =>
    [...venue.gateway.streams.values()].map((future) => future.localSymbol).sort();
  feed.start();
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual(names(), ["ESH6", "ESZ5", "NQH6", "NQZ5"]);
  const [es] = feed.snapshot().streams;
  assert.equal(es!.contract, "ESZ5");
  assert.equal(es!.next!.contract, "ESH6");
  assert.ok(Math.abs(es!.next!.lastPrice - 6_115) < 20, `${es!.next!.lastPrice}`);
  assert.ok(es!.next!.volumeShare > 0.4 && es!.next!.volumeShare < 0.6);
  assert.ok(of("bar").every(({ bar }) => bar.contract!.endsWith("Z5")), "it enters no ledger");
  await venue.clock.advance(75 * MINUTE);
  assert.deepEqual(names(), ["ESH6", "NQH6"]);
  assert.equal(venue.gateway.sent.filter((line) => line === "bars ESH6").length, 1);
  assert.equal(feed.snapshot().streams[0]!.next, undefined);
  assert.equal(feed.snapshot().streams[0]!.contract, "ESH6");
  assert.equal(ledgers.get("ES")!.at(OPEN_AFTER)!.contract, "ESH6");
  assert.deepEqual(differences("ES", (time) => time < OPEN_AFTER ? 101 : 102), []);
  assert.deepEqual(of("gap"), [], "not even the first minute");
  await feed.close();
  assert.equal(venue.clock.pending, 0);
});

Deno.test("createIbkrFeed asks for the new quarter again when the stream that stood by is dead", async () => {
  const venue = new FakeVenue({ start: OPEN_AFTER - 70 * MINUTE });
  venue.dayVolume = crossing;
  const { feed, differences } = rigOn(venue, { roll: "volume" }, { backfillMs: 20 * MINUTE });
  feed.start();
  await venue.clock.advance(20 * MINUTE);
  const { streams } = venue.gateway;
  for (const [id, { localSymbol }] of streams) if (localSymbol.endsWith("H6")) streams.delete(id);
  await venue.clock.advance(50 * MINUTE + 15 * SECOND);
  assert.deepEqual([...streams.values()].map((future) => future.localSymbol), ["ESH6", "NQH6"]);
  await venue.clock.advance(5 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  assert.deepEqual(differences("ES", (time) => time < OPEN_AFTER ? 101 : 102), []);
  await feed.close();
});

Deno.test("createIbkrFeed is not troubled by errors of the next quarter's stream", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 10, 15) });
  const { feed, of, differences } = rigOn(venue);
  feed.start();
  await venue.clock.advance(2 * MINUTE);
  const nextId = () => [...venue.gateway.streams].find(([, f]) => f.localSymbol === "ESH6")?.[0];
  const asked = () => venue.gateway.sent.filter((line) => line === "bars ESH6").length;
  venue.gateway.notice(10225, "Bust event", nextId());
  await venue.clock.advance(5 * SECOND);
  assert.equal(asked(), 2);
  venue.gateway.notice(10197, "competing", nextId());
  await venue.clock.advance(30 * SECOND);
  assert.equal(asked(), 2);
  await venue.clock.advance(40 * SECOND);
  assert.equal(asked(), 3);
  venue.gateway.notice(354, "not subscribed", nextId());
  await venue.clock.advance(5 * MINUTE);
  assert.equal(asked(), 3, "what seems not permitted is asked for again much later");
  assert.deepEqual(feed.snapshot().streams.map(({ state }) => state), ["live", "live"]);
  assert.equal(feed.snapshot().streams[0]!.resubscribes, 0);
  const before = new Set(venue.gateway.streams.keys());
  venue.gateway.notice(1101);
  await venue.clock.advance(2 * SECOND);
  const names = [...venue.gateway.streams.values()].map((future) => future.localSymbol).sort();
  assert.deepEqual(names, ["ESH6", "ESZ5", "NQH6", "NQZ5"], "all are asked for anew, each once");
  assert.ok([...venue.gateway.streams.keys()].every((id) => !before.has(id)));
  await venue.clock.advance(2 * MINUTE);
  assert.deepEqual(of("failure"), []);
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});
