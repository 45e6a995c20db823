import assert from "node:assert/strict";
import fc from "fast-check";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { FakeVenue, rigOn } from "./fake_venue.ts";

const NOTICES = [1100, 1101, 1102, 2103, 2104, 2105, 2106, 2110, 10225] as const;

/** What is done to the venue, and for how many seconds. */
const step = fc.record({
  fault: fc.constantFrom(
    "lose",
    "stall",
    "dead stream",
    "dead history",
    "refuse",
    "damaged bars",
    "damaged history",
    "late history",
    "notice",
    "quiet",
  ),
  seconds: fc.integer({ min: 1, max: 150 }),
  calm: fc.integer({ min: 0, max: 90 }),
  code: fc.constantFrom(...NOTICES),
});

Deno.test("createIbkrFeed ends up equal to the venue's truth after any faults", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(1, 7, 60),
      async (steps, speed) => {
        const venue = new FakeVenue({ speed });
        const rig = rigOn(venue, {}, { backfillMs: 20 * MINUTE });
        const pass = (venueSeconds: number) => venue.clock.advance(venueSeconds * SECOND / speed);
        rig.feed.start();
        await pass(30);
        for (const { fault, seconds, calm, code } of steps) {
          begin(venue, fault, code);
          await pass(seconds);
          heal(venue);
          await pass(calm);
        }
        // The backoff may have grown to its cap, and streams are verified by data.
        await pass(speed === 1 ? 900 : 1_800);
        assert.equal(rig.feed.snapshot().state, "live");
        assert.deepEqual(rig.differences("ES").filter(isOlderThan(venue, 2 * MINUTE)), []);
        assert.deepEqual(rig.differences("NQ").filter(isOlderThan(venue, 2 * MINUTE)), []);
        for (const id of ["ES", "NQ"]) {
          const closed = rig.of("bar").filter((e) => e.instrument === id && e.change === "new");
          assert.equal(new Set(closed.map((e) => e.bar.openTime)).size, closed.length);
          assert.equal(rig.ledgers.get(id)!.coverage().revisions, 0);
        }
        assert.equal(venue.gateway.streams.size, 2);
        assert.equal(venue.gateways.filter((gateway) => !gateway.isOver).length, 1);
        await rig.feed.close();
        assert.equal(venue.clock.pending, 0);
      },
    ),
    { numRuns: 40, seed: 20_251_203 },
  );
});

function begin(venue: FakeVenue, fault: string, code: number): void {
  const gateway = venue.gateway;
  if (fault === "lose") gateway.lose();
  if (fault === "stall") venue.isStalled = true;
  if (fault === "dead stream") venue.isStreamDead = true;
  if (fault === "dead history") venue.isHistoryDead = true;
  if (fault === "notice") gateway.notice(code);
  if (fault === "late history") venue.spoilHistory = (bars) => bars.slice(0, -2);
  if (fault === "damaged bars") {
    venue.spoilBar = (bar) => bar.time % 35_000 === 0 ? { ...bar, low: bar.high + 1 } : bar;
  }
  if (fault === "damaged history") {
    venue.spoilHistory = (bars) =>
      bars.map((bar, i) => i % 3 === 0 ? { ...bar, open: bar.high + 1 } : bar);
  }
  if (fault === "refuse") {
    venue.refusal = { kind: "lost", systemCode: "ECONNREFUSED", text: "refused" };
    gateway.lose();
  }
  if (fault === "quiet") {
    for (let i = 0; i < 3; i++) {
      venue.quietMinutes.add((Math.ceil(venue.now() / MINUTE) + i) * MINUTE);
    }
  }
}

function heal(venue: FakeVenue): void {
  venue.isStalled = venue.isStreamDead = venue.isHistoryDead = false;
  venue.refusal = venue.spoilBar = venue.spoilHistory = undefined;
}

/** Keeps differences of minutes that are old enough to have been settled. */
function isOlderThan(venue: FakeVenue, ageMs: number): (line: string) => boolean {
  return (line) => Date.parse(line.slice(0, 24)) < venue.now() - ageMs;
}
