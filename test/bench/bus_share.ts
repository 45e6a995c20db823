/**
 * A market over a bus in a process of its own, which follows its share of the instruments. Takes the configuration's
 * file, the minute to work up to, and how many trades come; prints a line once it is live, and its figures when all of
 * them are in and that minute has its result.
 */
import { loadConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { say } from "../support/say.ts";

const [file, lastMinute, allTrades] = Deno.args;
const config = await loadConfig({ env: {}, files: systemFiles, file });
let trades = 0, rows = 0, minutes = 0, isOpen = false, isLast = false;
const { promise: done, resolve } = Promise.withResolvers<void>();
const market = await openMarket({}, {
  config,
  log: () => silentLog,
  onEvent: (event) => {
    if (event.kind === "trade") trades++;
    if (event.kind === "minute" && event.revision === 0 && isOpen) {
      minutes++;
      rows += event.correlations.filter(({ estimate }) => estimate.kind === "ok").length;
      isLast ||= event.openTime === Number(lastMinute);
    }
    if (isLast && trades === Number(allTrades)) resolve();
  },
});
while (market.status().state !== "live") await new Promise((next) => setTimeout(next, 50));
isOpen = true;
say("live");
await done;
say(JSON.stringify({ trades, minutes, rows }));
await market.close();
Deno.exit(0);
