import assert from "node:assert/strict";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { formatUtc, MINUTE } from "../../lib/model/time.ts";
import { say } from "../support/say.ts";
import { numberFromEnvironment, START, until, withMarket } from "../support/simulated_market.ts";

/** How long, by environment: `TEST_SECONDS=60`. */
const SECONDS = numberFromEnvironment("TEST_SECONDS", 20);
/** At least so many, by environment: `TEST_RATE=5000`; what a slower machine brings is told. */
const MESSAGES_PER_SECOND = numberFromEnvironment("TEST_RATE", 2_500);
const MOST_WAITING = 10_000;
/** Two symbols at a thousand trades a minute, and so many venue seconds a second, come to more than that. */
const SPEED = 120;

Deno.test(`Market keeps every minute exact and its queue bounded for ${SECONDS} s at ${MESSAGES_PER_SECOND} messages a second that nobody reads`, async () => {
  const options = {
    ...{ speed: SPEED, symbols: ["BTCUSDT", "ETHUSDT"], futures: ["ES"] },
    ...{ backfillHours: 1, tradesPerMinute: 1_000 },
  };
  await withMarket(options, async (market, { binance, time, truth }) => {
    // Taken, and never read.
    const unread = market.events();
    await until(() => market.status().state === "live", 15_000, "live data of both venues");
    let told = 0;
    market.onEvent(() => told++);
    const sentBefore = binance.stats().eventsSent;
    const began = performance.now();
    let mostWaiting = 0;
    while (performance.now() - began < SECONDS * 1_000) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      mostWaiting = Math.max(mostWaiting, unread.length);
    }
    const seconds = (performance.now() - began) / 1_000;
    const sent = binance.stats().eventsSent - sentBefore;
    const { droppedEvents, waitingEvents } = market.status();
    // What is on its way has arrived, or is fetched, a little later.
    const end = time.now() - 5 * MINUTE;
    await until(() => !market.hasHolesBefore(end), 15_000, "the last minutes");
    const checks = compareWithTruth(market, truth, end);
    const rate = sent / seconds;
    const trades = ["BTCUSDT", "ETHUSDT"].map((id) => truth.trades(id, START + 60 * MINUTE).length);
    say(
      `${sent} messages in ${seconds.toFixed(0)} s, ${rate.toFixed(0)} a second (${
        trades.join(" and ")
      } trades a minute), ${told} events: at most ${mostWaiting} waiting, ${droppedEvents} dropped, ${
        checks.map(({ instrument, compared }) => `${compared} minutes of ${instrument}`).join(", ")
      } equal to the truth up to ${formatUtc(end)}`,
    );
    assert.ok(rate >= MESSAGES_PER_SECOND, `only ${rate.toFixed(0)} messages a second`);
    assert.ok(mostWaiting <= MOST_WAITING, `${mostWaiting} events were waiting`);
    assert.equal(waitingEvents, unread.length);
    for (const { compared, lost, invented, altered } of checks) {
      assert.ok(compared >= SECONDS * SPEED / 60 / 2, `only ${compared} minutes were compared`);
      assert.deepEqual({ lost, invented, altered }, { lost: 0, invented: 0, altered: 0 });
    }
    // Nothing vanishes uncounted: what was told since is waiting or dropped.
    const { droppedEvents: dropped } = market.status();
    assert.ok(dropped > 0, "nothing was dropped");
    assert.ok(
      dropped + unread.length >= told,
      `${told} told, ${dropped} dropped, ${unread.length} waiting`,
    );
    let bars = 0;
    const kept = unread.length;
    for (let i = 0; i < kept; i++) if ((await unread.next()).value.kind === "bar") bars++;
    assert.ok(bars > 0, "no closed bar was kept for the reader");
  });
});
