/** Run by `promises_test.ts` with no other permission than the network: connects where nobody listens. */
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createIbkrFeed } from "../../../lib/feeds/ibkr/feed.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";

const feed = createIbkrFeed({
  clock: systemClock,
  random: () => 0.5,
  log: silentLog,
  speed: 1,
  source: "live",
  backfillMs: 0,
  ledgers: new Map([["ES", new MinuteLedger("ES", () => true)]]),
  emit: (event) => {
    if (event.kind !== "failure") return;
    Deno.stdout.writeSync(new TextEncoder().encode(event.error.code));
    void feed.close();
  },
}, {
  host: "127.0.0.1",
  port: Number(Deno.args[0]),
  clientId: 17,
  futures: [{ symbol: "ES", exchange: "CME" }],
  manualExpiry: null,
  marketDataType: "live",
});
feed.start();
