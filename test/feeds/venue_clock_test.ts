import assert from "node:assert/strict";
import fc from "fast-check";
import { VenueClock } from "../../lib/feeds/venue_clock.ts";
import { ManualClock } from "../support/manual_clock.ts";

const EPOCH = Date.UTC(2023, 2, 12, 12);

Deno.test("VenueClock knows nothing before it is told", () => {
  const venue = new VenueClock(new ManualClock());
  assert.equal(venue.isKnown, false);
  assert.equal(venue.atLeast(), -Infinity);
  assert.ok(Number.isNaN(venue.estimate()));
  assert.ok(Number.isNaN(venue.uncertaintyMs()));
});

Deno.test("VenueClock.atLeast never runs ahead of the venue, whatever the delays", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ out: fc.nat(800), back: fc.nat(800), pause: fc.nat(5_000) }), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.constantFrom(1, 60, 3_600),
      async (samples, speed) => {
        const clock = new ManualClock();
        const truth = () => EPOCH + clock.monotonic() * speed;
        const venue = new VenueClock(clock, speed);
        for (const { out, back, pause } of samples) {
          const sentAt = clock.monotonic();
          await clock.advance(out);
          const venueTime = Math.floor(truth() / 1_000) * 1_000;
          await clock.advance(back);
          venue.observe({ sentAt, receivedAt: clock.monotonic(), venueTime, resolutionMs: 1_000 });
          await clock.advance(pause);
          assert.ok(venue.atLeast() <= truth() + 1e-3);
          assert.ok(Math.abs(venue.estimate() - truth()) <= venue.uncertaintyMs() + 1e-3);
        }
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("VenueClock narrows with better samples and with events of the venue", async () => {
  const clock = new ManualClock();
  const venue = new VenueClock(clock);
  venue.observe({ sentAt: 0, receivedAt: 400, venueTime: EPOCH, resolutionMs: 1 });
  const before = venue.uncertaintyMs();
  venue.passed(EPOCH + 150);
  assert.ok(venue.uncertaintyMs() < before);
  await clock.advance(1_000);
  venue.observe({ sentAt: 1_000, receivedAt: 1_004, venueTime: EPOCH + 1_150, resolutionMs: 1 });
  assert.ok(venue.uncertaintyMs() < 4);
});

Deno.test("VenueClock follows a venue that came back in another time", () => {
  const venue = new VenueClock(new ManualClock());
  venue.observe({ sentAt: 0, receivedAt: 1, venueTime: EPOCH, resolutionMs: 1 });
  venue.observe({ sentAt: 0, receivedAt: 1, venueTime: EPOCH + 9e9, resolutionMs: 1 });
  assert.ok(venue.atLeast() > EPOCH + 8e9);
});
