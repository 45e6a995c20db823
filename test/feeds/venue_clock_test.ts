import assert from "node:assert/strict";
import fc from "fast-check";
import { VenueClock } from "../../lib/feeds/venue_clock.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
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

const answer = (venueTime: number) => ({ sentAt: 0, receivedAt: 1, venueTime, resolutionMs: 1 });

Deno.test("VenueClock follows a venue that came back in another time, once three answers agree", () => {
  const venue = new VenueClock(new ManualClock());
  assert.equal(venue.observe(answer(EPOCH)), "taken");
  for (const expected of ["doubted", "doubted", "taken"]) {
    assert.ok(venue.atLeast() < EPOCH + MINUTE);
    assert.equal(venue.observe(answer(EPOCH + 9e9)), expected);
    assert.equal(venue.isDoubted, expected === "doubted");
  }
  assert.ok(venue.atLeast() > EPOCH + 8e9);
  assert.equal(venue.era, 1);
});

Deno.test("VenueClock takes no wrong answer, however it is wrong and however often it comes between others", () => {
  const wrong = [
    ...[365 * DAY, -365 * DAY, 2 * MINUTE, -2 * MINUTE, 3 * DAY].map((ms) => EPOCH + ms),
    ...[4_100_000_000_000, 1e15, 8.64e15 + 1, Number.MAX_SAFE_INTEGER, 1e300, 0, 1, -1, -EPOCH],
    ...[NaN, Infinity, -Infinity, Number.MIN_VALUE, 2 ** 31],
  ];
  const venue = new VenueClock(new ManualClock());
  venue.observe(answer(EPOCH));
  for (const time of wrong) {
    for (let i = 0; i < 20; i++) {
      assert.notEqual(venue.observe(answer(time)), "taken", `${time}`);
      if (i % 2 === 1) venue.observe(answer(EPOCH));
      assert.ok(Math.abs(venue.estimate() - EPOCH) < SECOND, `${time}`);
    }
    venue.observe(answer(EPOCH));
  }
  // Wrong in another way each time, they do not agree with each other either.
  for (const time of [...wrong, ...wrong]) venue.observe(answer(time));
  assert.ok(Math.abs(venue.estimate() - EPOCH) < SECOND);
  assert.equal(venue.era, 0);
});

Deno.test("VenueClock learns no first time that cannot be one", () => {
  const venue = new VenueClock(new ManualClock());
  for (const time of [NaN, Infinity, -1, 0, 8.64e15 + 1, 1e15]) {
    assert.equal(venue.observe(answer(time)), "impossible");
    assert.equal(venue.establish(answer(time)), "impossible");
  }
  assert.equal(venue.isKnown, false);
});

Deno.test("VenueClock corrects a contradiction of up to a minute at once, in the same era", () => {
  const venue = new VenueClock(new ManualClock());
  venue.observe(answer(EPOCH));
  for (const ms of [50 * SECOND, 0]) {
    assert.equal(venue.observe(answer(EPOCH + ms)), "taken");
    assert.ok(Math.abs(venue.estimate() - EPOCH - ms) < SECOND);
  }
  for (let i = 0; i < 3; i++) venue.observe(answer(EPOCH + 8 * HOUR));
  assert.ok(Math.abs(venue.estimate() - EPOCH - 8 * HOUR) < SECOND);
  assert.equal(venue.era, 0, "a machine that slept for a night");
});

Deno.test("VenueClock is not pushed ahead by events, each a little later than the last", () => {
  const venue = new VenueClock(new ManualClock());
  venue.observe(answer(EPOCH));
  for (let i = 0; i < 10_000; i++) venue.passed(venue.estimate() + 5 * SECOND);
  assert.ok(venue.estimate() <= EPOCH + 6 * SECOND);
});
