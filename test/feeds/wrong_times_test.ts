/** One wrong answer about the time, or many: every venue stays bounded, and goes on with what is right. */
import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { withBench } from "./binance/harness.ts";
import { FakeDeribit } from "./deribit/fake_deribit.ts";
import { FakeVenue, rigOn } from "./ibkr/fake_venue.ts";

/** Each is far from the truth; the first ones are times, the others cannot be. */
const WRONG: Readonly<Record<string, (now: number) => number>> = {
  "a year ahead": (now) => now + 365 * DAY,
  "in 2099": () => Date.UTC(2099, 11, 4),
  "three days ahead": (now) => now + 3 * DAY,
  "two hours ahead": (now) => now + 2 * HOUR,
  "ten years back": (now) => now - 3_650 * DAY,
  "beyond Date": () => 8.64e15 + 1,
  "negative": (now) => -now,
  "zero": () => 0,
  "not a number": () => NaN,
  "without end": () => Infinity,
};
/** A day of backfill and a jump that is not one; never the minutes of a year. */
const MOST_ROWS = 2 * 24 * 60;

/** Wrong once, at the fourth answer. */
function wrongOnce(wrong: (now: number) => number) {
  let asked = 0;
  return (now: number) => ++asked === 4 ? wrong(now) : now;
}

/** Right at first, and wrong from the fourth answer on. */
function wrongForGood(wrong: (now: number) => number) {
  let asked = 0;
  return (now: number) => ++asked >= 4 ? wrong(now) : now;
}

for (const [what, wrong] of Object.entries(WRONG)) {
  Deno.test(`IBKR: one answer ${what} changes nothing`, async () => {
    const venue = new FakeVenue();
    venue.spoilTime = wrongOnce(wrong);
    const { feed, differences, of, states, ledgers } = rigOn(venue);
    feed.start();
    await venue.clock.advance(5 * MINUTE);
    assert.equal(states(), "connecting handshake ready starting live");
    assert.deepEqual([...differences("ES"), ...differences("NQ")], []);
    assert.deepEqual(of("gap"), []);
    assert.ok(ledgers.get("ES")!.grid.length < MOST_ROWS);
    await feed.close();
  });

  Deno.test(`IBKR: a time that stays ${what} is bounded, and left again with it`, async () => {
    const venue = new FakeVenue();
    const lie = wrongForGood(wrong);
    let lies = true;
    venue.spoilTime = (now) => lies ? lie(now) : now;
    const { feed, ledgers, differences } = rigOn(venue);
    feed.start();
    await venue.clock.advance(10 * MINUTE);
    for (const ledger of ledgers.values()) assert.ok(ledger.grid.length < MOST_ROWS, what);
    lies = false;
    await venue.clock.advance(10 * MINUTE);
    for (const ledger of ledgers.values()) assert.ok(ledger.grid.length < MOST_ROWS, what);
    assert.equal(feed.snapshot().state, "live");
    assert.deepEqual([...differences("ES"), ...differences("NQ")], []);
    await feed.close();
    assert.equal(venue.clock.pending, 0);
  });

  Deno.test(`Binance: one answer ${what} changes nothing`, async () => {
    await withBench({}, async (bench) => {
      const spoil = wrongOnce(wrong);
      bench.venue.restAnswer = (path) =>
        path === "/api/v3/time" ? answer(spoil(bench.venue.now())) : undefined;
      await bench.advance(8 * MINUTE);
      assert.deepEqual(bench.of("gap"), []);
      assert.ok(bench.ledgers.get("BTCUSDT")!.grid.length < MOST_ROWS);
      assert.ok(bench.assertTruth("BTCUSDT") >= 125);
    });
  });

  Deno.test(`Binance: a time that stays ${what} is bounded, and left again with it`, async () => {
    await withBench({}, async (bench) => {
      const { venue, ledgers } = bench;
      const spoil = wrongForGood(wrong);
      venue.restAnswer = (path) => path === "/api/v3/time" ? answer(spoil(venue.now())) : undefined;
      await bench.advance(15 * MINUTE);
      assert.ok(ledgers.get("BTCUSDT")!.grid.length < MOST_ROWS);
      venue.restAnswer = () => undefined;
      await bench.advance(10 * MINUTE);
      assert.ok(ledgers.get("BTCUSDT")!.grid.length < MOST_ROWS);
      assert.equal(bench.feed.snapshot().state, "live");
      assert.ok(ledgers.get("BTCUSDT")!.last!.openTime >= venue.now() - 3 * MINUTE);
      // Within a day the venue's word is what says whether its newest row is whole.
      if (what !== "two hours ahead") assert.ok(bench.assertTruth("BTCUSDT") >= 100);
    });
  });

  Deno.test(`Deribit: a time ${what}, once or for good, is bounded`, async () => {
    for (const spoilOf of [wrongOnce, wrongForGood]) {
      const venue = new FakeDeribit();
      const spoil = spoilOf(wrong);
      venue.answers.set("public/get_time", () => ({ result: spoil(venue.now) }));
      venue.feed.start();
      try {
        await venue.run(40 * MINUTE);
        assert.ok(venue.ledger.grid.length < MOST_ROWS);
        venue.answers.clear();
        await venue.run(20 * MINUTE);
        assert.equal(venue.feed.snapshot().state, "live");
        assert.ok(Math.abs(venue.feed.snapshot().venueTime - venue.now) < 5 * SECOND);
        assert.ok(venue.ledger.last!.openTime >= venue.now - 3 * MINUTE);
      } finally {
        await venue.close();
      }
    }
  });
}

const answer = (serverTime: number) => ({ text: JSON.stringify({ serverTime }) });

Deno.test("a jump of the venue by three days begins anew, with the gap listed and none of its minutes made", async () => {
  await withBench({}, async (bench) => {
    const { venue, ledgers } = bench;
    await bench.advance(5 * MINUTE);
    const before = ledgers.get("BTCUSDT")!.to;
    venue.restAnswer = (path) =>
      path === "/api/v3/time" ? answer(venue.now() + 3 * DAY) : undefined;
    await bench.advance(5 * MINUTE);
    const ledger = ledgers.get("BTCUSDT")!;
    assert.ok(ledger.from > before + 2 * DAY);
    assert.ok(ledger.grid.length < 3 * 60);
    const [missing] = ledger.coverage().missing;
    assert.deepEqual([missing!.from, missing!.to], [before, ledger.from]);
    const gap = bench.of("gap").find(({ from }) => from === before);
    assert.deepEqual([gap?.to, gap?.instrument], [ledger.from, "BTCUSDT"]);
    assert.match(gap!.reason, /jumped/);
    assert.ok(bench.of("failure").some(({ error }) => error.code === "time-jumped"));
  });
});

for (const [what, ms] of [["a year", 365 * DAY], ["an hour", HOUR]] as const) {
  Deno.test(`no bar, kline or trade ${what} ahead moves anything`, async () => {
    await withBench({}, async (bench) => {
      const { venue } = bench;
      await bench.advance(3 * MINUTE);
      const { length: forming } = bench.of("forming");
      const E = venue.now(), t = Math.floor((E + ms) / MINUTE) * MINUTE;
      const [o, h, l, c] = ["7777.0", "7777.0", "7777.0", "7777.0"];
      const k = {
        t,
        T: t + MINUTE - 1,
        s: "BTCUSDT",
        i: "1m",
        f: 1,
        L: 2,
        o,
        h,
        l,
        c,
        v: "1",
        n: 1,
        q: "1",
        x: false,
      };
      for (let i = 0; i < 50; i++) {
        venue.broadcast(JSON.stringify({ e: "kline", E: t + i, s: "BTCUSDT", k }));
        venue.broadcast(
          JSON.stringify({
            e: "trade",
            E,
            T: E + ms,
            s: "BTCUSDT",
            t: 1e12 + i,
            p: "7777.0",
            q: "1.0",
            m: true,
          }),
        );
      }
      assert.equal(bench.of("forming").length, forming);
      assert.ok(!bench.of("trade").some(({ price }) => price === 7777));
      await bench.advance(3 * MINUTE);
      assert.ok(bench.assertTruth("BTCUSDT") >= 120);
    });
    const venue = new FakeVenue();
    const { feed, differences, ledgers } = rigOn(venue);
    feed.start();
    await venue.clock.advance(3 * MINUTE);
    venue.spoilBar = (bar) => ({ ...bar, time: bar.time + ms });
    await venue.clock.advance(MINUTE);
    venue.spoilBar = undefined;
    await venue.clock.advance(3 * MINUTE);
    assert.deepEqual(differences("ES"), []);
    assert.ok(ledgers.get("ES")!.grid.length < MOST_ROWS);
    await feed.close();
  });
}
