import assert from "node:assert/strict";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR } from "../../lib/model/time.ts";
import { parseConfig } from "../../lib/runtime/config.ts";
import { say } from "../support/say.ts";

const SPEED = 3_600;
const HOURS = 48;
/** The first hours warm up caches and the code itself. */
const WARM_UP_HOURS = 8;
/** Kept minutes are the only growth: four instruments and their truth, about 30 kB an hour. */
const MAX_GROWTH_PER_HOUR = 128 * 1_024;

const collectGarbage = (globalThis as { gc?: () => void }).gc;

Deno.test({
  name: "Market keeps memory flat over 48 venue hours at high speed",
  ignore: collectGarbage === undefined,
  async fn() {
    const config = parseConfig({
      overrides: {
        source: "simulated",
        clock: { speed: SPEED },
        binance: { symbols: ["BTCUSDT", "ETHUSDT"] },
      },
    });
    await using market = await openMarket({}, { config });
    const samples: { hour: number; bytes: number; rss: number }[] = [];
    let minutes = 0;
    for await (const event of market) {
      if (event.kind !== "minute") continue;
      minutes++;
      if (minutes % 60 !== 0) continue;
      collectGarbage?.();
      const { heapUsed, external, rss } = Deno.memoryUsage();
      samples.push({ hour: minutes / 60, bytes: heapUsed + external, rss });
      if (minutes / 60 >= HOURS) break;
    }
    const steady = samples.filter(({ hour }) => hour > WARM_UP_HOURS);
    const growth = slopeOf(steady.map(({ hour, bytes }) => [hour, bytes]));
    const [first, last] = [steady[0]!, steady.at(-1)!];
    say(
      `${HOURS} venue hours (${HOURS * HOUR / SPEED / 1_000} s): heap ${mb(first.bytes)} → ${
        mb(last.bytes)
      } MB, ` +
        `${(growth / 1_024).toFixed(1)} kB a venue hour; resident ${mb(first.rss)} → ${
          mb(last.rss)
        } MB`,
    );
    assert.ok(growth < MAX_GROWTH_PER_HOUR, `memory grows by ${growth} bytes a venue hour`);
  },
});

/** Least-squares slope. */
function slopeOf(points: readonly (readonly number[])[]): number {
  const n = points.length;
  const mx = points.reduce((sum, [x]) => sum + x!, 0) / n;
  const my = points.reduce((sum, [, y]) => sum + y!, 0) / n;
  const sxy = points.reduce((sum, [x, y]) => sum + (x! - mx) * (y! - my), 0);
  const sxx = points.reduce((sum, [x]) => sum + (x! - mx) ** 2, 0);
  return sxy / sxx;
}

function mb(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}
