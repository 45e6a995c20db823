import assert from "node:assert/strict";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { mb, slopeOf } from "../support/memory_growth.ts";
import { say } from "../support/say.ts";
import {
  numberFromEnvironment,
  START,
  truthOf,
  withMarketApart,
} from "../support/simulated_market.ts";

/** Venue hours, by environment: `TEST_SOAK_HOURS=24`. */
const HOURS = numberFromEnvironment("TEST_SOAK_HOURS", 6);
const SPEED = 720;
/** Twenty times what the simulated market trades by default. */
const TRADES_PER_MINUTE = 400;
const WARM_UP_HOURS = 1;
const MOST_BYTES_PER_HOUR = 1_048_576;
const SAMPLES_PER_HOUR = 4;

const collectGarbage = (globalThis as { gc?: () => void }).gc;

Deno.test({
  name:
    `Market grows by no more than 1 MB an hour over ${HOURS} venue hours at 20 times the messages`,
  ignore: collectGarbage === undefined,
  async fn() {
    const options = {
      ...{ speed: SPEED, symbols: ["BTCUSDT", "ETHUSDT"], futures: ["ES", "NQ"] },
      ...{ backfillHours: 2, tradesPerMinute: TRADES_PER_MINUTE },
    };
    await withMarketApart(options, async (market, ask) => {
      const samples: { hour: number; bytes: number; rss: number }[] = [];
      let next = market.venueTime;
      for await (const event of market) {
        if (event.kind !== "minute" || market.venueTime < next) continue;
        next += HOUR / SAMPLES_PER_HOUR;
        collectGarbage?.();
        const { heapUsed, external, rss } = Deno.memoryUsage();
        samples.push({ hour: (market.venueTime - START) / HOUR, bytes: heapUsed + external, rss });
        if (market.venueTime >= START + HOURS * HOUR) break;
      }
      const steady = samples.filter(({ hour }) => hour > WARM_UP_HOURS);
      const slope = slopeOf(steady.map(({ hour, bytes }) => [hour, bytes]));
      const [first, last] = [steady[0]!, steady.at(-1)!];
      const checks = compareWithTruth(market, truthOf(options), market.venueTime - 10 * MINUTE);
      say(
        `${HOURS} venue hours, ${(await ask()).eventsSent} messages of Binance: ${
          mb(first.bytes)
        } → ${mb(last.bytes)} MB after the first hour, ${
          (slope / 1_048_576).toFixed(2)
        } MB an hour; resident ${mb(first.rss)} → ${
          mb(last.rss)
        } MB; ${market.status().droppedEvents} events dropped`,
      );
      for (const { instrument, lost, invented, altered } of checks) {
        assert.deepEqual(
          { lost, invented, altered },
          { lost: 0, invented: 0, altered: 0 },
          instrument,
        );
      }
      assert.ok(slope <= MOST_BYTES_PER_HOUR, `memory grows by ${mb(slope)} MB a venue hour`);
    });
  },
});
