/**
 * The whole system: both simulated venues, both clients, ledgers and correlations in one process. Told in
 * venue hours per second of processor time; the peer is the clock on the wall, which makes one in 3,600.
 */
import process from "node:process";
import { openMarket } from "../../lib/market/open_market.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { say } from "../support/say.ts";

const HOURS = 12;
const SPEED = 7_200;

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function stream(): Promise<void> {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: SPEED },
      binance: { symbols: ["BTCUSDT", "ETHUSDT"] },
    },
  });
  await using market = await openMarket({}, { config });
  const before = processorSeconds();
  let minutes = 0;
  for await (const event of market) {
    if (event.kind === "minute" && event.revision === 0 && ++minutes >= HOURS * 60) break;
  }
  const seconds = processorSeconds() - before;
  say(
    `whole system: ${HOURS} venue hours in ${seconds.toFixed(2)} s of processor time, ` +
      `${(HOURS / seconds).toFixed(1)} venue hours a second, ` +
      `${Math.round(HOURS * 3_600 / seconds)} times real time`,
  );
}

Deno.bench({ name: `${HOURS} venue hours at speed ${SPEED}`, n: 1, warmup: 0 }, stream);
