/**
 * Aggregate trades of 50 symbols, 20,000 a second, from a socket to one-second bars and an open pair: a sender process
 * plays Binance's USD-M futures on the loopback, and a market reads it as it reads the real one. Says the share of one
 * core that this process took, all its threads counted, with the forming bars that went to listeners; the peer is
 * `JSON.parse` of the same texts and nothing else. At 25 trades a second of each, as with `SYMBOLS=10 RATE=250`, a trade may be a forming bar of its own.
 * `RATE`, `SYMBOLS` and `SECONDS` are taken from the environment.
 */
import process from "node:process";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { say } from "../support/say.ts";

const RATE = Number(Deno.env.get("RATE") ?? 20_000);
const SYMBOLS = Number(Deno.env.get("SYMBOLS") ?? 50);
const SECONDS = Number(Deno.env.get("SECONDS") ?? 20);
/** Seconds that warm up the code before processor time is counted. */
const WARM_UP = 5;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const symbols = Array.from({ length: SYMBOLS }, (_, i) => `C${i}USDT`);

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const sender = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--no-check", new URL("./trade_sender.ts", import.meta.url).pathname],
  stdin: "piped",
  stdout: "piped",
}).spawn();
const output = sender.stdout.getReader();
const address = `127.0.0.1:${Number(new TextDecoder().decode((await output.read()).value))}`;

const config = parseConfig({
  overrides: {
    source: "live",
    data: { backfillHours: 1, trades: true },
    ibkr: { futures: [] },
    binance: { symbols: [] },
    usdm: { streamUrl: `ws://${address}`, restUrl: `http://${address}`, symbols },
    deribit: { enabled: false },
  },
});
const market = await openMarket({}, { config });
const ids = market.instruments.map(({ id }) => id);
while (!ids.every((id) => market.isBackfilled(id))) await sleep(50);
const pair = market.pair(ids[0]!, ids[1]!, { timeframe: "1s" });
let taken = 0, formed = 0, pairBars = 0;
market.onEvent((event) => {
  if (event.kind === "trade") taken++;
  if (event.kind === "forming") formed++;
});
pair.onChange(() => pairBars++);

const query = new URLSearchParams({
  symbols: symbols.join(),
  rate: `${RATE}`,
  seconds: `${WARM_UP + SECONDS}`,
});
await (await fetch(`http://${address}/steady?${query}`)).body?.cancel();
await sleep(WARM_UP * 1_000);
const before = cpuSeconds(), from = taken, bars = pairBars, began = performance.now();
const formedBefore = formed;
await sleep(SECONDS * 1_000);
const seconds = (performance.now() - began) / 1_000, spent = cpuSeconds() - before;
const trades = taken - from;
await sleep(2_000);
const expected = RATE * (WARM_UP + SECONDS);
const held = ids.reduce((sum, id) => {
  const inBars = market.bars(id, { timeframe: "1s" }).reduce((n, bar) => n + (bar.trades ?? 0), 0);
  return sum + inBars;
}, 0);
say(
  `${SYMBOLS} symbols, ${Math.round(trades / seconds)} trades and ` +
    `${Math.round((formed - formedBefore) / seconds)} forming bars a second: ` +
    `${(100 * spent / seconds).toFixed(1)} % of one core; ${taken} of ${expected} trades came, ` +
    `${held} are in one-second bars; the open pair changed ${pairBars - bars} times`,
);
const { lastError, reconnects } = market.status().venues[0]!;
say(
  `connections made again: ${reconnects}${lastError === undefined ? "" : `, ${lastError.message}`}`,
);
pair.close();
await market.close();
sender.kill();
await sender.status;
await output.cancel();

const now = Date.now();
const texts = Array.from({ length: RATE }, (_, i) => {
  const symbol = symbols[i % SYMBOLS]!;
  return `{"stream":"${symbol.toLowerCase()}@aggTrade","data":{"e":"aggTrade","E":${now},"s":"${symbol}",` +
    `"a":${i},"p":"60012.30","q":"0.013","f":${i},"l":${i},"T":${now},"m":true}}`;
});
const parseFrom = cpuSeconds();
let sum = 0;
for (let round = 0; round < SECONDS; round++) {
  for (const text of texts) sum += JSON.parse(text).data.a;
}
const parsed = (cpuSeconds() - parseFrom) / SECONDS;
say(`JSON.parse of as many texts: ${(100 * parsed).toFixed(0)} % of one core (${sum > 0})`);
