import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { openStore, openStoreReader } from "../../lib/store/open_store.ts";
import type { RowNotice, Store } from "../../lib/store/store.ts";
import { barColumns, BTC, ES, tradeColumns } from "../store/support/store_rows.ts";
import { psql } from "./support/psql.ts";
import { type PostgresServer, startPostgres } from "./support/postgres_server.ts";

let server: PostgresServer;
Deno.test.beforeAll(async () => void (server = await startPostgres()));
Deno.test.afterAll(() => server.stop());

type Received = readonly RowNotice[] | undefined;

const START = Date.UTC(2026, 0, 26, 15);
/** Long enough for a notice on a busy machine; the look that is the net comes after 10 s. */
const SOON_MS = 5_000;

/** A store, and a reader of it that has begun to listen. */
async function listening() {
  const url = await server.database();
  const store = await openStore({ kind: "postgres", url, dataKind: "simulated" });
  const reader = await openStoreReader({ kind: "postgres", url });
  const received: Received[] = [];
  const end = reader.onRows!((rows) => received.push(rows));
  await until(() => received.length === 1);
  return { url, store, reader, received, end };
}

Deno.test("a reader is told of rows by the commit that holds them, once a transaction, and of none that was rolled back", async () => {
  const { store, reader, received, end } = await listening();
  assert.deepEqual([...received], [undefined], "anything may have changed before it listened");
  await store.write({
    ...minute(0),
    trades: [{ instrument: BTC.id, trades: tradeColumns(TRADES) }],
  });
  await until(() => received.length === 2);
  const range = { from: START, to: START + MINUTE };
  assert.deepEqual(received[1], [
    { instrument: "BTCUSDT", stepMs: MINUTE, ...range },
    { instrument: "ES", stepMs: MINUTE, ...range },
    { instrument: "BTCUSDT", stepMs: 0, from: START + 5, to: START + 8 },
  ]);
  const stray = { ...minute(1), trades: [{ instrument: "NONE", trades: tradeColumns(TRADES) }] };
  await assert.rejects(store.write(stray), RangeError);
  await store.write({
    runs: [{ id: "a run", started: 0, ended: null, config: "{}", versions: "{}" }],
  });
  await store.write(minute(2));
  await until(() => received.length === 3);
  assert.equal(
    received[2]![0]!.from,
    START + 2 * MINUTE,
    "neither the refused one nor a run is notified",
  );
  await end();
  await Promise.all([reader.close(), store.close()]);
});

Deno.test("a reader whose connection was cut, or whose server was killed, listens again, and is told that it may have missed something", async () => {
  const { url, store, reader, received, end } = await listening();
  await psql(
    url,
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'comove listener'",
  );
  await until(() => received.length === 2);
  await server.kill();
  await server.start();
  await until(() => received.length === 3);
  assert.deepEqual([...received], [undefined, undefined, undefined]);
  await store.write(minute(0)).catch(() => store.write(minute(0)));
  await until(() => received.length === 4);
  assert.equal(received[3]!.length, 2);
  await end();
  await Promise.all([reader.close(), store.close()]);
});

Deno.test("a market over a store takes in what another process writes, at once, and its revisions", () =>
  withMarket(async (store, market) => {
    const closes = () => market.bars("BTCUSDT").map(({ close }) => close);
    assert.equal(closes().length, 3);
    const minutes: number[] = [];
    market.onEvent((event) => {
      if (event.kind === "minute") minutes.push(event.openTime);
    });
    let next = 3;
    const write = async () => {
      const began = performance.now();
      await store.write(minute(next++));
      await until(() => closes().length === next);
      return performance.now() - began;
    };
    // Results begin with the first minute after the market's clock has begun to tick.
    while (minutes.length === 0) {
      assert.ok(next < 200);
      await write();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const from = next;
    const delays = [await write(), await write(), await write()];
    assert.ok(Math.max(...delays) < SOON_MS, `${delays}`);
    await until(() => minutes.at(-1) === START + (next - 1) * MINUTE);
    assert.deepEqual(minutes.slice(-3), [0, 1, 2].map((i) => START + (from + i) * MINUTE));
    assert.equal(market.venueTime, START + next * MINUTE);
    assert.equal(market.status().state, "stored", "what is stored is never live");
    await store.write(minute(2, 1));
    await until(() => closes()[2] === 1_102);
    assert.equal(market.bars("BTCUSDT")[2]!.revision, 1);
    assert.match(
      market.status().message,
      /^No feed: stored \(simulated\) data .* to 2026-01-26 15:/,
    );
  }));

async function withMarket(
  use: (store: Store, market: Awaited<ReturnType<typeof openMarket>>) => Promise<void>,
): Promise<void> {
  const url = await server.database();
  const store = await openStore({ kind: "postgres", url, dataKind: "simulated" });
  for (let i = 0; i < 3; i++) await store.write(minute(i));
  const config = parseConfig({
    overrides: { source: "store", store: { kind: "postgres", url } } as object,
  });
  const market = await openMarket({}, { config, log: () => silentLog });
  try {
    await use(store, market);
  } finally {
    await market.close();
    await store.close();
  }
}

const TRADES = [5, 7].map((at, id) => ({ id, time: START + at, price: 1, size: 1, side: 1 }));

/** A minute of two instruments with its coverage. */
function minute(i: number, revision = 0) {
  const openTime = START + i * MINUTE;
  const ids = [BTC.id, ES.id];
  return {
    instruments: [BTC, ES],
    bars: ids.map((instrument) => ({
      instrument,
      stepMs: MINUTE,
      bars: barColumns([{ openTime, close: 100 + i + 1_000 * revision, volume: 1, revision }]),
    })),
    coverage: ids.map((instrument) => ({
      instrument,
      stepMs: MINUTE,
      from: openTime,
      to: openTime + MINUTE,
      state: "complete" as const,
      reason: "",
    })),
  };
}

async function until(isSo: () => boolean): Promise<void> {
  const last = Date.now() + 30_000;
  while (!isSo()) {
    assert.ok(Date.now() < last, "it did not come within 30 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
