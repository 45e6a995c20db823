/**
 * Trades from a socket to the disk: a sender process plays Binance's USD-M futures on the loopback, and a market with
 * a SQLite store reads it as it reads the real one. The peer is cryptofeed, which reads the same frames and calls one
 * function with each trade, and stores nothing. They take turns. `PYTHON` names an interpreter that has the packages
 * of requirements.txt; without one its column says so.
 */
import process from "node:process";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { openStoreReader } from "../../lib/store/open_store.ts";
import { storeOf } from "../../lib/store/store_of.ts";
import { watchLoop } from "../support/loop_delays.ts";
import { say } from "../support/say.ts";

const TRADES = Number(Deno.env.get("TRADES") ?? 400_000);
const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 3);
/** No venue sends more than can be stored for long; what is sent here is this far ahead at most, so that all is kept. */
const AHEAD = 30_000;
/** Given up when nothing more is stored for this long, ms. */
const STUCK_MS = 10_000;
const INSTRUMENT = "BTCUSDT@usdm";

/** What a run took, s; `processor` counts all threads. */
interface Spent {
  readonly seconds: number;
  readonly processor: number;
}

interface Round extends Spent {
  /** Event-loop delays, ms. */
  readonly delays: Float64Array;
  readonly stored: number;
  readonly distinct: number;
  /** Rows whose values are those that were sent. */
  readonly same: number;
}

interface Sender {
  readonly port: number;
  go(ahead?: number): Promise<{ readonly firstId: number }>;
  /** So many trades of this run are done. */
  done(trades: number): Promise<void>;
  stop(): Promise<void>;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function startSender(): Promise<Sender> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("./trade_sender.ts", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.getReader();
  const { value } = await output.read();
  const port = Number(new TextDecoder().decode(value));
  return {
    port,
    async go(ahead = Infinity) {
      for (;;) {
        const query = `trades=${TRADES}&ahead=${ahead}`;
        const reply = await fetch(`http://127.0.0.1:${port}/go?${query}`);
        if (reply.ok) return await reply.json();
        await reply.body?.cancel();
        await sleep(50);
      }
    },
    done: (trades) => input.write(new TextEncoder().encode(`${trades}\n`)),
    async stop() {
      child.kill();
      await child.status;
      await input.close().catch(() => {});
      await output.cancel();
    },
  };
}

function configOf(port: number, path: string) {
  return parseConfig({
    overrides: {
      source: "live",
      data: { backfillHours: 1, trades: true },
      ibkr: { futures: [] },
      binance: { symbols: [] },
      usdm: {
        streamUrl: `ws://127.0.0.1:${port}`,
        restUrl: `http://127.0.0.1:${port}`,
        symbols: ["BTCUSDT"],
      },
      deribit: { enabled: false },
      store: { kind: "sqlite", path },
    },
  });
}

async function ours(): Promise<Round> {
  const sender = await startSender();
  const folder = await Deno.makeTempDir({ prefix: "comove-bench-" });
  const path = `${folder}/s.db`;
  try {
    const market = await openMarket({}, { config: configOf(sender.port, path) });
    while (!market.isBackfilled(INSTRUMENT)) await sleep(50);
    await sleep(500);
    const { firstId } = await sender.go(AHEAD);
    const started = performance.now();
    const usage = process.cpuUsage();
    const loop = watchLoop();
    const progress = storeOf(market)!;
    let last = 0, lastAt = started;
    for (;;) {
      await sleep(5);
      const trades = progress.progress?.trades ?? 0, now = performance.now();
      if (trades !== last) {
        await sender.done(trades);
        last = trades;
        lastAt = now;
      }
      if (trades >= TRADES || now - lastAt > STUCK_MS) break;
    }
    const delays = loop.end();
    const seconds = (lastAt - started) / 1e3;
    const { user, system } = process.cpuUsage(usage);
    if (last < TRADES) say(`stored ${last} of ${TRADES}: ${JSON.stringify(progress.progress)}`);
    await market.close();
    const processor = (user + system) / 1e6;
    return { seconds, processor, delays, ...await inFile(path, firstId) };
  } finally {
    await sender.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** What is in the file of what was sent: rows, distinct ids, and rows with the price, size and side that were sent. */
async function inFile(path: string, firstId: number) {
  const reader = await openStoreReader({ kind: "sqlite", path });
  const { data } = await reader.sql(
    `select count(*), count(distinct id), coalesce(sum(
      abs(price - 60000 - (id * 7919 % 1000) / 10.0) < 1e-6 and abs(size - 0.001 * (1 + id % 97)) < 1e-9
      and side = case when id % 3 = 0 then -1 else 1 end), 0)
    from trades where id >= ${firstId} and id < ${firstId + TRADES}`,
  );
  await reader.close();
  const [stored, distinct, same] = data[0]!.map(Number) as [number, number, number];
  return { stored, distinct, same };
}

/** Undefined where there is no cryptofeed. */
async function cryptofeed(): Promise<Spent | undefined> {
  const sender = await startSender();
  try {
    const peer = new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
      args: [
        new URL("./trade_peer.py", import.meta.url).pathname,
        `${sender.port}`,
        `${TRADES}`,
      ],
      stdout: "piped",
      stderr: "inherit",
    }).output();
    const done = await Promise.race([peer, sender.go().then(() => peer)]);
    if (done.code !== 0) return undefined;
    const [seconds, processor] = new TextDecoder().decode(done.stdout).trim().split(" ").map(
      Number,
    );
    return { seconds: seconds!, processor: processor! };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    await sender.stop();
  }
}

const speed = (spent: Spent | undefined) =>
  spent === undefined ? "no cryptofeed" : `${Math.round(TRADES / spent.seconds / 1e3)} k/s`;
const each = (spent: Spent | undefined) =>
  spent === undefined ? "–" : `${(spent.processor / TRADES * 1e6).toFixed(1)} µs`;
const quantile = (sorted: Float64Array, share: number) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1);

say(`${TRADES} aggregate trades of one instrument, ${ROUNDS} rounds`);
say(
  "| ours, stored | processor | cryptofeed | processor | ratio | delay p50 | p99 | max | rows, distinct, as sent |",
);
say("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (let round = 0; round < ROUNDS; round++) {
  const peer = Deno.args.includes("--alone") ? undefined : await cryptofeed();
  const own = await ours();
  const { delays, stored, distinct, same } = own;
  const cells = [
    speed(own),
    each(own),
    speed(peer),
    each(peer),
    peer === undefined ? "–" : `${(peer.seconds / own.seconds).toFixed(1)} ×`,
    `${quantile(delays, 0.5)} ms`,
    `${quantile(delays, 0.99)} ms`,
    `${quantile(delays, 1)} ms`,
    `${stored}, ${distinct}, ${same}`,
  ];
  say(`| ${cells.join(" | ")} |`);
}
