/**
 * One server of the comparison in `api.ts`, in a process of its own: `api` is ours, `api-made` ours where nothing was made before, `bare` a Deno.serve that stringifies
 * the same rows at each request, `bare-text` one that keeps the text. Prints its port and ends with its standard input.
 */
import { ApiServer } from "../../lib/api/api_server.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { listenWeb, upgradeToSocket } from "../../lib/runtime/web_server.ts";
import { fakeMarket } from "../support/fake_market.ts";
import { say } from "../support/say.ts";

const [kind] = Deno.args;
const MINUTES = 500;

const { market, feeds } = fakeMarket();
for (let minute = 0; minute < MINUTES; minute++) feeds.get("binance")!.bar("BTCUSDT", minute);
const rows = market.bars("BTCUSDT").map((bar) => [
  bar.openTime,
  bar.open,
  bar.high,
  bar.low,
  bar.close,
  bar.volume,
  bar.revision,
  bar.source,
]);
const columns = ["openTime", "open", "high", "low", "close", "volume", "revision", "source"];
const body = () => JSON.stringify({ instrument: "BTCUSDT", columns, data: rows, next: null });
const headers = { "content-type": "application/json" };
const kept = body();

let asked = 0;
let ours: ApiServer | undefined;
const listener = await listenWeb({ host: "127.0.0.1", port: 0 }, (request, from) => {
  if (ours !== undefined && kind === "api-made") {
    // A peer that was never seen: no allowance is used up.
    return ours.handle(request, `${++asked}`);
  }
  if (ours !== undefined) return ours.handle(request, from);
  return new Response(kind === "bare-text" ? kept : body(), { headers });
});
if (kind === "api" || kind === "api-made") {
  ours = new ApiServer({
    market,
    config: parseConfig(),
    store: undefined,
    clock: systemClock,
    log: silentLog,
    address: () => ({ host: "127.0.0.1", port: listener.port }),
    token: "a-token-of-the-bench",
    upgrade: upgradeToSocket,
  });
}
say(`${listener.port}`);
for await (const _ of Deno.stdin.readable);
await listener.close();
await market.close();
