/**
 * A reader of a bus in a process of its own: a market over it, which notes how long each trade took from its venue.
 * Takes the configuration's file; prints a line once it is open, and its figures when a line comes in.
 */
import { createInterface } from "node:readline";
import process from "node:process";
import { loadConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { say } from "../support/say.ts";

const [file] = Deno.args;
const config = await loadConfig({ env: {}, files: systemFiles, file });
const delays: number[] = [];
const market = await openMarket({}, {
  config,
  log: () => silentLog,
  onEvent: (event) => {
    if (event.kind === "trade") delays.push(Date.now() - event.time);
  },
});
say("open");
for await (const _ of createInterface({ input: process.stdin })) {
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(share * (delays.length - 1))] ?? null;
  say(JSON.stringify({ trades: delays.length, p50: at(0.5), p99: at(0.99) }));
  break;
}
await market.close();
Deno.exit(0);
