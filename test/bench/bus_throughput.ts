/** Trades of many symbols from a socket to a server's database, and to readers beside it. */
import { join } from "node:path";
import { openStoreReader } from "../../lib/store/open_store.ts";
import { type NatsServer, startNats } from "../servers/support/nats_server.ts";
import type { PostgresServer } from "../servers/support/postgres_server.ts";
import { type BenchChild, processorTimeOf, startChild } from "./bench_child.ts";

/** What is sent, and for how long. */
export interface Load {
  /** Trades a second. */
  readonly rate: number;
  readonly symbols: readonly string[];
  /** Seconds in which processor time is counted. */
  readonly seconds: number;
}

/** What a reader received. */
export interface ReaderFigures {
  readonly trades: number;
  /** From the venue to the reader, ms. */
  readonly p50: number;
  readonly p99: number;
}

/** What one run came to. */
export interface ThroughputFigures {
  readonly stored: number;
  readonly sent: number;
  /** From the last trade sent until all were stored. */
  readonly lateS: number;
  /** Of a core for each 1,000 trades a second, per cent, by part; of readers the mean. */
  readonly shares: ReadonlyMap<string, number>;
  readonly readers: readonly ReaderFigures[];
}

/** Seconds of trades before processor time is counted. */
const WARM_UP = 4;
/** What is not stored by then is given up on, ms. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 200;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Servers of a run. */
interface Place {
  readonly folder: string;
  readonly postgres: PostgresServer;
}

/** Trades from the sender until all are stored. @param readers undefined for the way by one process, without a broker */
export async function runThroughput(
  place: Place,
  load: Load,
  readers: number | undefined,
): Promise<ThroughputFigures> {
  const nats = readers === undefined ? undefined : await startNats();
  const children: BenchChild[] = [];
  const start = (script: string, ...args: readonly string[]) => {
    const child = startChild(script, ...args);
    children.push(child);
    return child;
  };
  try {
    return await measured(place, load, { nats, readers: readers ?? 0, start });
  } finally {
    for (const child of children.reverse()) await child.end();
    await nats?.stop();
  }
}

async function measured(
  { folder, postgres }: Place,
  { rate, symbols, seconds }: Load,
  { nats, readers, start }: {
    readonly nats: NatsServer | undefined;
    readonly readers: number;
    readonly start: typeof startChild;
  },
): Promise<ThroughputFigures> {
  const url = await postgres.database();
  const sender = start("test/bench/trade_sender.ts");
  const address = `127.0.0.1:${Number(await sender.line())}`;
  const fileOf = await configs(folder, { address, symbols, url, broker: nats?.url });
  const ingest = (name: string) => start("lib/cli/main.ts", "ingest", "--config", fileOf(name));
  const parts = new Map<string, readonly number[]>([["publisher", [ingest("publisher").pid]]]);
  if (nats !== undefined) {
    parts.set("writer", [ingest("writer").pid]).set("broker", [nats.pid()]);
  }
  const reader = await openedReader(url);
  while ((await reader.instruments()).length < symbols.length) await sleep(LOOK_MS);
  const reading = Array.from(
    { length: readers },
    () => start("test/bench/bus_reader.ts", fileOf("reader")),
  );
  for (const one of reading) await one.line();
  if (readers > 0) parts.set("a reader", reading.map(({ pid }) => pid));
  parts.set("database", await postgres.pids());
  const sent = rate * (WARM_UP + seconds);
  const query = new URLSearchParams({
    symbols: symbols.join(),
    rate: `${rate}`,
    seconds: `${WARM_UP + seconds}`,
  });
  await (await fetch(`http://${address}/steady?${query}`)).body?.cancel();
  await sleep(WARM_UP * 1_000);
  const before = new Map<string, number>();
  for (const [name, pids] of parts) before.set(name, await processorTimeOf(pids));
  const began = performance.now();
  let stored = 0;
  while (stored < sent && performance.now() - began < PATIENCE_MS) {
    await sleep(LOOK_MS);
    stored = Number((await reader.sql("select count(*) from trades")).data[0]![0]);
  }
  const lateS = (performance.now() - began) / 1_000 - seconds;
  const shares = new Map<string, number>();
  for (const [name, pids] of parts) {
    const spent = (await processorTimeOf(pids) - before.get(name)!) /
      (name === "a reader" ? pids.length : 1);
    // Of the trades that came while it was counted.
    shares.set(name, 100 * spent / (seconds * rate / 1_000));
  }
  const figures: ReaderFigures[] = [];
  for (const one of reading) {
    await one.ask("figures");
    figures.push(JSON.parse(await one.line()));
  }
  await reader.close();
  return { stored, sent, lateS, shares, readers: figures };
}

/** Writes the configurations of all parts. @returns where each lies */
async function configs(
  folder: string,
  { address, symbols, url, broker }: {
    readonly address: string;
    readonly symbols: readonly string[];
    readonly url: string;
    readonly broker: string | undefined;
  },
): Promise<(name: string) => string> {
  const store = `store: { kind: postgres, url: "${url}" }\n`;
  const bus = broker === undefined ? "" : `bus: { kind: nats, url: "${broker}" }\n`;
  const venue = `source: live\ndata: { backfillHours: 1, trades: true }\nibkr: { futures: [] }\n` +
    `binance: { symbols: [] }\nderibit: { enabled: false }\n` +
    `usdm: { streamUrl: "ws://${address}", restUrl: "http://${address}", symbols: [${symbols}] }\n`;
  const files = {
    publisher: venue + (broker === undefined ? store : bus),
    writer: `source: bus\n${bus}${store}`,
    reader: `source: bus\ndata: { backfillHours: 1, trades: true }\n${bus}`,
  };
  const fileOf = (name: string) => join(folder, `${name}.yaml`);
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(fileOf(name), text);
  return fileOf;
}

async function openedReader(url: string) {
  for (;;) {
    try {
      return await openStoreReader({ kind: "postgres", url });
    } catch {
      await sleep(LOOK_MS);
    }
  }
}
