/**
 * One market over a bus against two that share its instruments out: the same stream, the same pairs, on the cores of
 * this machine. The readers are held while the stream is filled, so that nobody publishes while they work; then they
 * are let go.
 */
import { join } from "node:path";
import { messagesOf, metaMessage } from "../../lib/bus/bus_message.ts";
import { stateText } from "../../lib/bus/bus_state.ts";
import { momentSubjectOf } from "../../lib/bus/bus_subject.ts";
import { NatsClient } from "../../lib/bus/nats_client.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import type { StoreBatch } from "../../lib/store/store.ts";
import { barColumns, tradeColumns } from "../store/support/store_rows.ts";
import { type NatsServer, startNats } from "../servers/support/nats_server.ts";
import { streamSnapshot, venueSnapshot } from "../support/feed_snapshots.ts";
import { type BenchChild, processorTimeOf, startChild } from "./bench_child.ts";

/** Of each share. */
const INSTRUMENTS = 20;
const HISTORY_MINUTES = 180;
/** Worked through before anything is counted: code is compiled as it is used. */
const WARM_UP_MINUTES = 60;
const MINUTES = 90;
/** Messages of trades of one instrument in a minute, and trades of each. */
const MESSAGES = 6;
const TRADES = 20;
const STATE_EVERY_MS = 500;
const FROM = Date.UTC(2025, 11, 3, 12);

const shares = [0, 1].map((share) =>
  Array.from({ length: INSTRUMENTS }, (_, i) => `S${share}C${i}USDT`)
);
const instruments = new Map(
  shares.flat().map((id) => [
    id,
    { id, venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" } as const,
  ]),
);

/** How the market is divided: the instruments and pairs of each process. */
export interface Division {
  readonly name: string;
  readonly parts: readonly Part[];
}

interface Part {
  readonly instruments: readonly string[];
  /** Null: all of its instruments. */
  readonly pairs: readonly string[] | null;
}

/** What a division came to. */
export interface ShareFigures {
  readonly name: string;
  readonly pairs: number;
  /** All messages that were worked through. */
  readonly messages: number;
  /** Correlations that were known, of all minutes, pairs and bar sizes. */
  readonly rows: number;
  /** Minutes whose result was made before all of their bars were in, of all processes. */
  readonly incomplete: number;
  readonly wallS: number;
  /** Processor time of each process. */
  readonly processS: readonly number[];
  readonly brokerS: number;
}

const pairsOf = (ids: readonly string[]) =>
  ids.flatMap((a, i) => ids.slice(i + 1).map((b) => `${a}/${b}`));

export const DIVISIONS: readonly Division[] = [
  {
    name: "one process",
    parts: [{ instruments: shares.flat(), pairs: shares.flatMap(pairsOf) }],
  },
  {
    name: "two, shared out",
    parts: shares.map((share) => ({ instruments: share, pairs: null })),
  },
  {
    name: "one, pairs across too",
    parts: [{ instruments: shares.flat(), pairs: null }],
  },
];

/** Works through one stream of its own. */
export async function runDivision({ name, parts }: Division): Promise<ShareFigures> {
  const folder = await Deno.makeTempDir({ prefix: "comove-shares-" });
  const nats = await startNats();
  const client = await NatsClient.connect({
    url: nats.url,
    stream: "COMOVE",
    name: "bench",
    log: silentLog,
  });
  const children: BenchChild[] = [];
  let newest = FROM;
  const states = setInterval(() => sayState(client, newest), STATE_EVERY_MS);
  /** Fills the stream with some minutes while the readers are held. */
  const fill = async (first: number, count: number) => {
    for (const { pid } of children) Deno.kill(pid, "SIGSTOP");
    const messages = await publishMinutes(client, first, count, TRADES);
    newest = FROM + (first + count) * MINUTE;
    return messages;
  };
  const letGo = () => children.forEach(({ pid }) => Deno.kill(pid, "SIGCONT"));
  try {
    await client.publish([
      metaMessage({ dataKind: "simulated", market: { seed: 1, start: FROM } }),
    ]);
    await publishMinutes(client, 0, HISTORY_MINUTES);
    newest = FROM + HISTORY_MINUTES * MINUTE;
    for (const [i, part] of parts.entries()) {
      const file = join(folder, `${i}.yaml`);
      await Deno.writeTextFile(file, configOf(nats, part));
      const targets = [WARM_UP_MINUTES, WARM_UP_MINUTES + MINUTES].map((minutes) => {
        const last = FROM + (HISTORY_MINUTES + minutes - 1) * MINUTE;
        return `${last}:${part.instruments.length * minutes * MESSAGES * TRADES}`;
      });
      children.push(startChild("test/bench/bus_share.ts", file, ...targets));
    }
    for (const child of children) await child.line();
    await fill(HISTORY_MINUTES, WARM_UP_MINUTES);
    letGo();
    for (const child of children) await child.line();
    const messages = await fill(HISTORY_MINUTES + WARM_UP_MINUTES, MINUTES);
    const before = await timesOf(children), broker = await processorTimeOf([nats.pid()]);
    const began = performance.now();
    letGo();
    const answers = await Promise.all(children.map(async (child) => {
      const { rows, incomplete } = JSON.parse(await child.line());
      const wallS = (performance.now() - began) / 1_000;
      return { rows, incomplete, wallS, at: await timesOf([child]) };
    }));
    const sum = (of: (answer: (typeof answers)[number]) => number) =>
      answers.reduce((total, answer) => total + of(answer), 0);
    return {
      name,
      pairs: parts.reduce((all, part) => all + (part.pairs ?? pairsOf(part.instruments)).length, 0),
      messages,
      rows: sum(({ rows }) => rows),
      incomplete: sum(({ incomplete }) => incomplete),
      wallS: Math.max(...answers.map(({ wallS }) => wallS)),
      processS: answers.map(({ at: [end] }, i) => end! - before[i]!),
      brokerS: await processorTimeOf([nats.pid()]) - broker,
    };
  } finally {
    clearInterval(states);
    for (const child of children) await child.end();
    await client.close();
    await nats.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function timesOf(children: readonly BenchChild[]): Promise<number[]> {
  return Promise.all(children.map(({ pid }) => processorTimeOf([pid])));
}

function configOf({ url }: NatsServer, { instruments: ids, pairs }: Part): string {
  return `source: bus\ndata: { backfillHours: ${
    HISTORY_MINUTES * MINUTE / HOUR
  }, trades: true }\n` +
    `bus: { kind: nats, url: "${url}", instruments: ${JSON.stringify(ids)} }\n` +
    `correlation: { pairs: ${JSON.stringify(pairs)} }\n`;
}

/** @returns how many messages that were. */
async function publishMinutes(
  client: NatsClient,
  first: number,
  count: number,
  trades = 0,
): Promise<number> {
  let messages = 0;
  const instrumentOf = (id: string) => instruments.get(id) as Instrument;
  // What is history comes in few messages, and what is new minute by minute.
  const together = trades === 0 ? count : 1;
  for (let minute = first; minute < first + count; minute += together) {
    const batches = [...instruments.keys()].flatMap((id) =>
      batchesOf(id, minute, together, trades)
    );
    const made = batches.map((batch) => messagesOf(batch, instrumentOf));
    const rows = made.flatMap(({ rows }) => rows), coverage = made.flatMap((one) => one.coverage);
    await client.publish(rows);
    await client.publish(coverage);
    messages += rows.length + coverage.length;
  }
  return messages;
}

function batchesOf(id: string, minute: number, count: number, trades: number): StoreBatch[] {
  const openTime = FROM + minute * MINUTE,
    seed = [...id].reduce((sum, c) => sum + c.charCodeAt(0), 0);
  const priceAt = (n: number) => 100 + 5 * Math.sin(n / 7) + Math.sin(n * seed);
  const closes = Array.from({ length: count }, (_, i) => ({
    openTime: openTime + i * MINUTE,
    close: priceAt(minute + i),
    volume: 5,
  }));
  const coverage = {
    instrument: id,
    stepMs: MINUTE,
    from: openTime,
    to: openTime + count * MINUTE,
    state: "complete",
    reason: "",
  } as const;
  const bars = {
    bars: [{ instrument: id, stepMs: MINUTE, bars: barColumns(closes) }],
    coverage: [coverage],
  };
  if (trades === 0) return [bars];
  const some = Array.from({ length: MESSAGES }, (_, part) => {
    const rows = Array.from({ length: trades }, (_, i) => {
      const n = (minute * MESSAGES + part) * trades + i;
      const time = openTime + Math.floor((part * trades + i) * MINUTE / (MESSAGES * trades));
      return { id: n, time, price: priceAt(n / 120), size: 1, side: n % 2 === 0 ? 1 : -1 };
    });
    return { trades: [{ instrument: id, trades: tradeColumns(rows) }] };
  });
  return [...some, bars];
}

function sayState(client: NatsClient, time: number): void {
  const feed = venueSnapshot({
    venueTime: time,
    streams: [...instruments.keys()].map((instrument) =>
      streamSnapshot({ instrument, source: "simulated", lastBar: time - MINUTE })
    ),
  });
  const state = {
    publisher: "bench",
    speed: 1,
    timeAtLeast: time,
    instruments: [...instruments.values()],
    begins: [],
    feed,
  };
  client.publishMoment(momentSubjectOf("binance"), stateText(state));
}
