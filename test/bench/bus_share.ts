/**
 * A market over a bus in a process of its own, which follows its share of the instruments. Takes the configuration's
 * file and targets such as `1764774000000:144000`: a minute to work up to, and how many trades have come by then.
 * Prints a line once it is live, and its figures at each target: when so many trades are in and that minute has its
 * result.
 */
import { loadConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { say } from "../support/say.ts";

const [file, ...targets] = Deno.args;
const config = await loadConfig({ env: {}, files: systemFiles, file });
let trades = 0, rows = 0, incomplete = 0, newest = -Infinity;
let onEvent = () => {};
const market = await openMarket({}, {
  config,
  log: () => silentLog,
  onEvent: (event) => {
    if (event.kind === "trade") trades++;
    if (event.kind === "minute" && event.revision === 0) {
      rows += event.correlations.filter(({ estimate }) => estimate.kind === "ok").length;
      if (event.waitingFor.length > 0) incomplete++;
      newest = event.openTime;
    }
    onEvent();
  },
});
while (market.status().state !== "live") await new Promise((next) => setTimeout(next, 50));
say("live");
for (const target of targets) {
  const [minute, wanted] = target.split(":").map(Number);
  rows = incomplete = 0;
  await new Promise<void>((resolve) => {
    onEvent = () => {
      if (newest >= minute! && trades >= wanted!) resolve();
    };
    onEvent();
  });
  say(JSON.stringify({ rows, incomplete }));
}
await market.close();
Deno.exit(0);
