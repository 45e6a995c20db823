/** Hours of the market: known to be closed, known to be open, and known to nobody. */
import assert from "node:assert/strict";
import { productOf } from "../../../lib/calendar/products.ts";
import { ContractSchedule } from "../../../lib/feeds/ibkr/contracts.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { FakeVenue, QUARTERS, type Rig, rigOn } from "./fake_venue.ts";

/** A Tuesday afternoon that neither the table of holidays nor anybody's published hours reach. */
const BEYOND = Date.UTC(2031, 11, 2, 15, 0, 20);
const BEYOND_QUARTERS = QUARTERS.filter(({ contractMonth }) => contractMonth === "202512")
  .map((future) => ({ ...future, lastTradeDate: "20311219", contractMonth: "203112" }));

function venueBeyond(start = BEYOND): FakeVenue {
  const venue = new FakeVenue({ start });
  venue.quarters = BEYOND_QUARTERS;
  return venue;
}

/** Warnings, as text. */
function logOf(): { readonly warnings: string[]; readonly log: Rig["context"]["log"] } {
  const warnings: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: (text: string) => void warnings.push(text),
    error: () => {},
  };
  return { warnings, log };
}

const statesOf = ({ feed }: Rig) => feed.snapshot().streams.map(({ state }) => state);

/** From now on nothing trades for so many minutes. */
function hush(venue: FakeVenue, minutes: number): void {
  venue.isStreamDead = true;
  const next = Math.ceil(venue.now() / MINUTE) * MINUTE;
  for (let i = 0; i < minutes; i++) venue.quietMinutes.add(next + i * MINUTE);
}

Deno.test("createIbkrFeed streams as ever where nobody has said whether the market is open", async () => {
  const venue = venueBeyond();
  const rig = rigOn(venue);
  rig.feed.start();
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual(statesOf(rig), ["live", "live"], "bars prove that it is open");
  venue.gateway.lose();
  await venue.clock.advance(3 * MINUTE);
  assert.ok(rig.of("gap").length > 0, "what a cut loses is told there too");
  assert.deepEqual(rig.differences("ES"), []);
  await rig.feed.close();
});

Deno.test("createIbkrFeed takes silence for unknown, not for a fault and not for calm, where nobody has said", async () => {
  const venue = venueBeyond();
  const { warnings, log } = logOf();
  const rig = rigOn(venue, {}, { log });
  rig.feed.start();
  await venue.clock.advance(3 * MINUTE - 21 * SECOND);
  hush(venue, 60);
  // To the end of the minute, whose last bars still came.
  venue.isStreamDead = false;
  await venue.clock.advance(2 * SECOND);
  venue.isStreamDead = true;
  await venue.clock.advance(28 * SECOND);
  assert.deepEqual(statesOf(rig), ["live", "live"], "30 s of silence are normal");
  const asked = venue.gateway.sent.length;
  await venue.clock.advance(10 * SECOND);
  assert.deepEqual(statesOf(rig), ["unknown", "unknown"]);
  const probes = venue.gateway.sent.slice(asked).filter((text) => text.startsWith("history"));
  assert.ok(probes.some((text) => text.includes("ESZ5")), "history is asked whether it trades");
  await venue.clock.advance(20 * MINUTE);
  assert.deepEqual(statesOf(rig), ["unknown", "unknown"]);
  assert.equal(rig.feed.snapshot().state, "live", "the connection is sound");
  assert.deepEqual(rig.of("failure"), []);
  assert.deepEqual(rig.of("gap"), []);
  assert.deepEqual(rig.feed.snapshot().streams.map((stream) => stream.resubscribes), [0, 0]);
  assert.equal(venue.gateways.length, 1);
  const said = warnings.filter((text) => /^ES has been silent for 3\d s, and whether/.test(text));
  assert.equal(said.length, 1, "said once");
  venue.isStreamDead = false;
  venue.quietMinutes.forEach((time) => time > venue.now() && venue.quietMinutes.delete(time));
  await venue.clock.advance(3 * MINUTE);
  assert.deepEqual(statesOf(rig), ["live", "live"]);
  assert.deepEqual(rig.differences("ES"), []);
  await rig.feed.close();
  assert.equal(venue.clock.pending, 0);
});

Deno.test("createIbkrFeed finds a dead stream by its history where nobody has said whether the market is open", async () => {
  const venue = venueBeyond();
  const rig = rigOn(venue);
  rig.feed.start();
  await venue.clock.advance(3 * MINUTE);
  venue.isStreamDead = true;
  await venue.clock.advance(40 * SECOND);
  assert.deepEqual(statesOf(rig), ["unknown", "unknown"]);
  await venue.clock.advance(2 * MINUTE);
  const [es] = rig.feed.snapshot().streams;
  assert.ok(es!.resubscribes > 0, "trading without bars is a fault");
  venue.isStreamDead = false;
  await venue.clock.advance(3 * MINUTE);
  assert.deepEqual(statesOf(rig), ["live", "live"]);
  assert.deepEqual(rig.differences("ES"), []);
  await rig.feed.close();
});

Deno.test("createIbkrFeed does not wait for bars that nobody has promised", async () => {
  const venue = venueBeyond();
  venue.isOpen = (time) => time < BEYOND - HOUR;
  const rig = rigOn(venue);
  rig.feed.start();
  await venue.clock.advance(2 * MINUTE);
  assert.equal(rig.states(), "connecting handshake ready starting live");
  assert.deepEqual(statesOf(rig), ["unknown", "unknown"]);
  assert.deepEqual(rig.of("failure"), []);
  await rig.feed.close();
});

Deno.test("createIbkrFeed knows weekends and published hours beyond the table of holidays", async () => {
  const saturday = venueBeyond(Date.UTC(2031, 11, 6, 15, 0, 20));
  const closed = rigOn(saturday);
  closed.feed.start();
  await saturday.clock.advance(2 * MINUTE);
  assert.deepEqual(statesOf(closed), ["closed", "closed"]);
  await closed.feed.close();
  const venue = venueBeyond();
  venue.tradingHours = "20311201:1700-20311202:1600";
  const open = rigOn(venue);
  open.feed.start();
  await venue.clock.advance(2 * MINUTE);
  hush(venue, 60);
  await venue.clock.advance(MINUTE);
  assert.deepEqual(statesOf(open), ["stale", "stale"], "silence in known hours is suspicious");
  await open.feed.close();
});

Deno.test("createIbkrFeed heals what it loses in hours that only the venue's own listing knows", async () => {
  const venue = new FakeVenue({ start: Date.UTC(2025, 11, 3, 22, 3, 20) });
  venue.isOpen = () => true;
  venue.tradingHours = "20251202:1700-20251204:1600";
  const rig = rigOn(venue);
  rig.feed.start();
  await venue.clock.advance(3 * MINUTE - 21 * SECOND);
  venue.gateway.lose();
  await venue.clock.advance(4 * MINUTE);
  assert.ok(rig.of("gap").length > 0);
  assert.deepEqual(rig.differences("ES"), [], "the rule takes these minutes for the daily break");
  await rig.feed.close();
});

Deno.test("ContractSchedule knows what it does not know", () => {
  const calendarOf = (tradingHours: string) =>
    new ContractSchedule(productOf("ES"), [{ ...QUARTERS[0]!, tradingHours }], null).calendar;
  assert.equal(calendarOf("").isOpen(BEYOND), undefined);
  assert.equal(calendarOf("20311130:1700-20311201:1600").isOpen(BEYOND), undefined, "a day old");
  assert.equal(calendarOf("20311201:1700-20311202:1600").isOpen(BEYOND), true);
  assert.equal(calendarOf("20311202:CLOSED").isOpen(BEYOND), false);
  assert.equal(calendarOf("").isOpen(Date.UTC(2025, 11, 3, 15)), true, "the table reaches there");
});
