/**
 * One server of the comparison in `api.ts`, in a process of its own. `api` is ours; `api-made` ours where no answer was
 * made before, but the rows were written; `api-revised` ours where a minute of the page is revised before each request;
 * `api-written` ours where nothing at all is kept. `bare` is a Deno.serve
 * that stringifies the same rows at each request, `bare-text` one that keeps the text; both send the headers that ours
 * sends. Prints its port and ends with its standard input.
 */
import { barCells } from "../../lib/model/bar_cells.ts";
import { listenWeb } from "../../lib/runtime/web_server.ts";
import { fakeMarket } from "../support/fake_market.ts";
import { say } from "../support/say.ts";
import { serveMarket } from "./served_market.ts";

const [kind] = Deno.args;
const MINUTES = 500;

const { market, feeds } = fakeMarket();
for (let minute = 0; minute < MINUTES; minute++) feeds.get("binance")!.bar("BTCUSDT", minute);

async function bareServer(isKept: boolean) {
  const data = market.bars("BTCUSDT").map(barCells);
  const columns = ["openTime", "open", "high", "low", "close", "volume", "revision", "source"];
  const head = { instrument: "BTCUSDT", timeframe: "1m", source: "simulated" };
  const body = () => JSON.stringify({ ...head, columns, data, next: null });
  const kept = body();
  const headers = {
    "content-type": "application/json",
    etag: '"a-run-i500"',
    "cache-control": "max-age=60",
    "x-content-type-options": "nosniff",
  };
  return await listenWeb(
    { host: "127.0.0.1", port: 0 },
    () => new Response(isKept ? kept : body(), { headers }),
  );
}

let asked = 0;
// A peer that was never seen: no allowance is used up.
const newPeer = () => `${++asked}`;
const feed = feeds.get("binance")!;
/** Lets go of all that was kept of the instrument, by what is least work for the market. */
const forget = () =>
  feed.context.emit({ kind: "label", instrument: "BTCUSDT", source: "simulated", receivedAt: 0 });
let revision = 0;
/** A minute in the midst is revised, as by a late trade. */
const revise = () => feed.bar("BTCUSDT", 250, { volume: 10 + ++revision % 100 });

const KINDS: Readonly<Record<string, () => Promise<{ port: number; close(): Promise<void> }>>> = {
  bare: () => bareServer(false),
  "bare-text": () => bareServer(true),
  api: () => serveMarket(market),
  "api-made": () => serveMarket(market, (server) => (request) => server.handle(request, newPeer())),
  "api-revised": () =>
    serveMarket(market, (server) => (request) => {
      revise();
      return server.handle(request, newPeer());
    }),
  "api-written": () =>
    serveMarket(market, (server) => (request) => {
      forget();
      return server.handle(request, newPeer());
    }),
};
const served = await KINDS[kind!]!();
say(`${served.port}`);
for await (const _ of Deno.stdin.readable);
await served.close();
await market.close();
