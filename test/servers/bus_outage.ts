/** A broker that is away: for as long as the publisher's memory reaches, and beyond. */
import assert from "node:assert/strict";
import { batchOf } from "../../lib/bus/bus_message.ts";
import { subjectOf } from "../../lib/bus/bus_subject.ts";
import { BusWriter } from "../../lib/bus/bus_writer.ts";
import { NatsClient } from "../../lib/bus/nats_client.ts";
import type { Market } from "../../lib/market/market.ts";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import type { MarketModel } from "../../lib/simulator/market_model.ts";
import { openStore, openStoreReader } from "../../lib/store/open_store.ts";
import type { StoredCoverage, StoreReader } from "../../lib/store/store.ts";
import { QUEUE_FULL } from "../../lib/store/trade_desk.ts";
import { say } from "../support/say.ts";
import { until } from "../support/simulated_market.ts";
import {
  assertSameBytes,
  isLive,
  pause,
  publishing,
  reading,
  SPEED,
} from "./support/bus_markets.ts";
import { type NatsServer, withNats } from "./support/nats_server.ts";
import { withPostgres } from "./support/postgres_server.ts";

/** How long the broker is away, local ms: `TEST_AWAY_SECONDS=600` for ten minutes. */
const AWAY_MS = Number(Deno.env.get("TEST_AWAY_SECONDS") ?? 20) * 1_000;
/** Trades of an instrument that a publisher keeps for a broker that is away, and that pass meanwhile. */
const WAITING = 40;
const PASSED = 4 * WAITING;
const NUMBERED = ["BTCUSDT"];

Deno.test("a broker that is away for twenty venue minutes costs no minute and no trade", () =>
  withNats(async (server) => {
    const publisher = await publishing(server);
    const seen = new SeenTrades();
    const reader = await reading(server, { onEvent: (event) => seen.take(event) });
    try {
      await until(() => isLive(reader) && seen.ids("BTCUSDT").length > 0, 20_000, "it is live");
      await server.kill();
      await pause(AWAY_MS);
      const before = seen.ids("BTCUSDT").length, begin = performance.now();
      await server.start();
      await until(() => isLive(reader), 15_000, "the reader is live again");
      const backMs = Math.round(performance.now() - begin);
      await assertSameBytes(publisher, reader);
      const ids = seen.ids("BTCUSDT");
      assert.ok(ids.length - before > AWAY_MS / 1_000 * SPEED / 60, `${ids.length} trades`);
      assertWhole(ids);
      assert.deepEqual(seen.late("BTCUSDT"), [], "nothing was dropped");
      const minutes = reader.bars("BTCUSDT").length;
      say(JSON.stringify({ awaySeconds: AWAY_MS / 1_000, backMs, minutes, trades: ids.length }));
    } finally {
      await reader.close();
      await publisher.close();
    }
  }));

Deno.test("trades beyond what waits for a broker are a listed gap, and healed from the venue in every reader and in PostgreSQL", () =>
  withNats((nats) =>
    withPostgres(async (postgres) => {
      const url = await postgres.database();
      const publisher = await publishing(nats, { waitingTrades: WAITING });
      const truth = publisher.simulator!.truth;
      let passed = 0;
      publisher.onEvent((event) => {
        if (event.kind === "trade" && event.instrument === "BTCUSDT") passed++;
      });
      const seen = [new SeenTrades(), new SeenTrades()];
      const readers: Market[] = [];
      const writing = new AbortController();
      const written = bring(nats, url, writing.signal);
      try {
        for (const one of seen) {
          readers.push(await reading(nats, { onEvent: (event) => one.take(event) }));
        }
        const isBegun = () => seen.every((one) => one.ids("BTCUSDT").length > 20);
        await until(() => readers.every(isLive) && isBegun(), 30_000, "trades come");
        await nats.kill();
        const from = passed;
        await until(() => passed > from + PASSED, 60_000, "more trades pass than may wait");
        await nats.start();
        for (const [at, one] of seen.entries()) {
          const isHealed = () => one.gaps.length > 0 && one.heals.length === one.gaps.length;
          await until(isHealed, 60_000, "what was lost is published after all");
          const ids = one.ids("BTCUSDT"), late = one.late("BTCUSDT");
          assert.ok(late.length >= PASSED - 2 * WAITING, `${late.length} came from the venue`);
          assertWhole(ids);
          const { holes, healed } = readers[at]!.coverage("BTCUSDT").trades!;
          assert.deepEqual([holes, healed], [[], late.length]);
        }
        // What it could not bring to its broker comes with its end.
        for (const { venue } of publisher.status().venues) await publisher.stopVenue(venue);
        await pause(1_000);
        await publisher.close();
        const listed = await published(nats, "BTCUSDT");
        const states = listed.map(({ state, reason }) => reason === QUEUE_FULL ? "lost" : state);
        // Where the venue is asked before the broker is back, its healing is the first that is listed of a gap.
        const gap = states.findIndex((state) => state === "lost" || state === "healing");
        assert.ok(
          gap >= 0 && states.includes("complete", gap),
          `a listed gap, and then its healing: ${states}`,
        );
        writing.abort();
        await written;
        const stored = await openStoreReader({ kind: "postgres", url });
        try {
          for (const id of NUMBERED) await assertStored(stored, id, truth);
          // Its venue numbers no trades: the gap stays listed.
          const rows = await stored.coverage({ instrument: "ES", stepMs: 0, ...EVER });
          assert.ok(rows.some(({ state, reason }) => state === "missing" && reason === QUEUE_FULL));
          assert.deepEqual((await stored.check()).findings, []);
        } finally {
          await stored.close();
        }
      } finally {
        await publisher.close();
        writing.abort();
        await written.catch(() => {});
        for (const reader of readers) await reader.close();
      }
    })
  ));

const EVER = { from: -Infinity, to: Infinity };

/** The trades that a market emitted, as news and as history. */
class SeenTrades {
  readonly #news = new Map<string, number[]>();
  readonly #late = new Map<string, number[]>();
  readonly gaps: string[] = [];
  readonly heals: string[] = [];

  take(event: MarketEvent): void {
    if (event.kind === "trade") addTo(this.#news, event.instrument, [event.id]);
    if (event.kind === "trade-backfill") {
      addTo(this.#late, event.instrument, event.trades.map(({ id }) => id));
    }
    if (event.kind === "trade-gap") this.gaps.push(`${event.fromId} ${event.toId}`);
    if (event.kind === "trade-heal") this.heals.push(`${event.fromId} ${event.toId}`);
  }

  /** All, by id. */
  ids(instrument: string): number[] {
    const all = [...this.#news.get(instrument) ?? [], ...this.late(instrument)];
    return all.sort((a, b) => a - b);
  }

  late(instrument: string): readonly number[] {
    return this.#late.get(instrument) ?? [];
  }
}

function addTo(lists: Map<string, number[]>, name: string, ids: readonly number[]): void {
  const list = lists.get(name) ?? [];
  list.push(...ids);
  lists.set(name, list);
}

/** @param ids in their order */
function assertWhole(ids: readonly number[]): void {
  assert.equal(new Set(ids).size, ids.length, "a trade came twice");
  assert.equal(ids.at(-1)! - ids[0]! + 1, ids.length, "a trade was left out");
}

/** Writes what is published to a store until it is told to end, and then what is left. */
async function bring(nats: NatsServer, url: string, signal: AbortSignal): Promise<void> {
  const store = await openStore({ kind: "postgres", url, dataKind: "simulated" });
  const client = await connected(nats);
  const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
  try {
    for (;;) {
      const isEnd = signal.aborted;
      // A broker that is away is tried again.
      const change = await writer.turn().catch(() => "away" as const);
      if (change === "away") await pause(200);
      if (isEnd && change === undefined) return;
    }
  } finally {
    await client.close();
    await store.close();
  }
}

/** The coverage of an instrument's trades as a stream has it, in its order. */
async function published(nats: NatsServer, instrument: string): Promise<StoredCoverage[]> {
  const client = await connected(nats);
  const rows: StoredCoverage[] = [];
  const subject = subjectOf({ venue: "binance", instrument, kind: "coverage" });
  for await (const page of client.held(subject, 0)) {
    for (const message of page) {
      for (const row of batchOf(message.subject, message.text)?.coverage ?? []) {
        if (row.stepMs === 0) rows.push(row);
      }
    }
  }
  await client.close();
  return rows;
}

async function assertStored(
  store: StoreReader,
  instrument: string,
  truth: MarketModel,
): Promise<void> {
  const trades = await store.trades({ instrument, ...EVER });
  assertWhole([...trades.id]);
  const made = new Map<number, string>();
  const last = trades.time.at(-1)!;
  for (let at = Math.floor(trades.time[0]! / MINUTE) * MINUTE; at <= last; at += MINUTE) {
    for (const { id, time, price, size, buyerIsMaker } of truth.trades(instrument, at)) {
      made.set(id, [time, price, size, buyerIsMaker ? -1 : 1].join());
    }
  }
  trades.id.forEach((id, row) => {
    const { time, price, size, side } = trades;
    assert.equal([time[row], price[row], size[row], side[row]].join(), made.get(id), `trade ${id}`);
  });
  const rows = await store.coverage({ instrument, stepMs: 0, ...EVER });
  assert.deepEqual(rows.filter(({ state }) => state !== "complete"), []);
  assert.ok(rows.length > 0);
}

function connected({ url }: NatsServer): Promise<NatsClient> {
  return NatsClient.connect({ url, stream: "COMOVE", name: "comove test", log: silentLog });
}
