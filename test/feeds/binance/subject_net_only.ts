/**
 * Run by `promises_test.ts` with no other permission than the network: streams from the venue at the port
 * given, or tells why it cannot.
 */
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";

const said = (word: string) => {
  Deno.stdout.writeSync(new TextEncoder().encode(word));
  void feed.close();
};
const feed = createBinanceFeed({
  clock: systemClock,
  random: () => 0.5,
  log: silentLog,
  speed: 1,
  source: "live",
  backfillMs: 0,
  ledgers: new Map([["BTCUSDT", new MinuteLedger("BTCUSDT", () => true)]]),
  emit: (event) => {
    if (event.kind === "failure") said(event.error.code);
    if (event.kind === "trade") said("trade");
  },
}, {
  streamUrl: `ws://127.0.0.1:${Deno.args[0]}`,
  restUrl: `http://127.0.0.1:${Deno.args[0]}`,
  symbols: ["BTCUSDT"],
});
feed.start();
