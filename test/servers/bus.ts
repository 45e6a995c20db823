import assert from "node:assert/strict";
import { BusTarget } from "../../lib/bus/bus_target.ts";
import { BusWriter } from "../../lib/bus/bus_writer.ts";
import { NatsClient } from "../../lib/bus/nats_client.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { StoreBatch } from "../../lib/store/store.ts";
import { barColumns, BTC, ES, tradeColumns } from "../store/support/store_rows.ts";
import { until } from "../support/simulated_market.ts";
import { type NatsServer, startNats, withNats } from "./support/nats_server.ts";

const EVER = { from: -Infinity, to: Infinity };

Deno.test("what is published is stored as it was, once", () =>
  withNats(async (server) => {
    const market = await connected(server), target = await opened(market);
    const run = { id: "one" };
    const direct = await openStore({ kind: "memory", dataKind: "simulated", run });
    const store = await openStore({ kind: "memory", dataKind: "simulated", run });
    const reading = await connected(server);
    const writer = new BusWriter({ client: reading, store, stream: "COMOVE", log: silentLog });
    const batches = [batchOf(0, 1_200), batchOf(600, 1_800, 1), coverageOf(0, 900)];
    for (const batch of batches) {
      await direct.write(batch);
      await target.write(batch);
      // A repeat is taken for what it is.
      await target.write(batch);
    }
    while (await writer.turn() !== undefined);
    assert.deepEqual(await writer.lag(systemClock), { messages: 0, ageMs: 0 });
    for (const { id } of [BTC, ES]) {
      for (const stepMs of [MINUTE]) {
        const query = { instrument: id, stepMs, ...EVER };
        assert.deepEqual(await store.bars(query), await direct.bars(query));
        assert.deepEqual(await store.coverage(query), await direct.coverage(query));
      }
      const query = { instrument: id, ...EVER };
      assert.deepEqual(await store.trades(query), await direct.trades(query));
      assert.deepEqual(await store.contracts(id), await direct.contracts(id));
    }
    assert.deepEqual(await store.instruments(), await direct.instruments());
    assert.equal((await reading.state()).lastSequence, 1 + messages(batches));
    await Promise.all([target.close(), reading.close(), store.close(), direct.close()]);
  }));

Deno.test("a writer that goes on with another connection leaves nothing out and writes nothing twice", () =>
  withNats(async (server) => {
    const target = await opened(await connected(server));
    const store = await openStore({ kind: "memory", dataKind: "simulated" });
    let bars = 0;
    for (let turn = 0; turn < 4; turn++) {
      await target.write(batchOf(turn * 700, (turn + 1) * 700));
      const client = await connected(server);
      const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
      // It ends after one turn, with messages left.
      bars += (await writer.turn())?.bars ?? 0;
      await client.close();
    }
    const client = await connected(server);
    const last = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
    for (;;) {
      const change = await last.turn();
      if (change === undefined) break;
      bars += change.bars;
    }
    assert.equal(bars, 2 * 2_800);
    await Promise.all([target.close(), client.close(), store.close()]);
  }));

Deno.test("coverage that becomes what it was before is not taken for a repeat", () =>
  withNats(async (server) => {
    const target = await opened(await connected(server));
    const say = (state: "healing" | "missing") =>
      target.write({
        coverage: [{ instrument: "ES", stepMs: 0, from: 0, to: MINUTE, state, reason: "away" }],
      });
    for (const state of ["missing", "healing", "missing"] as const) await say(state);
    const store = await openStore({ kind: "memory", dataKind: "simulated" });
    const client = await connected(server);
    const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
    while (await writer.turn() !== undefined);
    const rows = await store.coverage({ instrument: "ES", stepMs: 0, ...EVER });
    assert.deepEqual(rows.map(({ state }) => state), ["missing"]);
    await Promise.all([target.close(), client.close(), store.close()]);
  }));

Deno.test("a message that no store can hold is left out, and holds up none behind it", () =>
  withNats(async (server) => {
    const client = await connected(server);
    const target = await opened(await connected(server));
    const columns = { id: [1], time: [0], received: [0], price: [null], size: [1], side: [1] };
    await client.publish([
      { subject: "comove.ibkr.ES.trades", text: JSON.stringify({ v: 1, instrument: ES, columns }) },
      { subject: "comove.ibkr.ES.trades", text: JSON.stringify({ v: 2 }) },
      { subject: "comove.ibkr.ES.minutes", text: "{" },
      { subject: "comove.elsewhere", text: "none of ours" },
    ]);
    await target.write(batchOf(0, 3));
    const store = await openStore({ kind: "memory", dataKind: "simulated" });
    const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
    while (await writer.turn() !== undefined);
    assert.equal(writer.refused, 3);
    assert.equal((await store.trades({ instrument: "ES", ...EVER })).id.length, 3);
    await Promise.all([target.close(), client.close(), store.close()]);
  }));

Deno.test("a stream holds one kind of data, of one market", () =>
  withNats(async (server) => {
    await (await opened(await connected(server))).close();
    const client = await connected(server);
    await assert.rejects(opened(client, 8), {
      code: "bus-kind",
      message: /holds the simulated market of seed 7.*and this is the simulated market of seed 8/,
    });
    await client.close();
  }));

Deno.test("a broker that is killed loses nothing that it acknowledged", () =>
  withNats(async (server) => {
    const target = await opened(await connected(server));
    const killing = (async () => {
      for (let i = 0; i < 3; i++) {
        await pause(300);
        await server.kill();
        await pause(200);
        await server.start();
      }
    })();
    let done = 0, refused = 0;
    let isOver = false;
    void killing.then(() => isOver = true);
    while (!isOver) {
      try {
        await target.write(batchOf(done * 20, (done + 1) * 20));
        done++;
      } catch {
        refused++;
        await pause(20);
      }
    }
    await killing;
    assert.ok(refused > 0, "no message met a broker that was away");
    const store = await openStore({ kind: "memory", dataKind: "simulated" });
    const client = await connected(server);
    const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
    while (await writer.turn() !== undefined);
    const { openTime } = await store.bars({ instrument: "ES", stepMs: MINUTE, ...EVER });
    assert.ok(done > 10);
    assert.deepEqual(
      [...openTime].slice(0, done * 20),
      Array.from({ length: done * 20 }, (_, i) => i * MINUTE),
    );
    await Promise.all([target.close(), client.close(), store.close()]);
  }));

Deno.test("what the broker lets nobody publish is refused at once, and what it takes is not", async () => {
  const server = await startNats(
    `authorization { users: [{ user: desk, password: secret, permissions: {
      publish: { deny: ["comove.ibkr.>"] } } }] }`,
  );
  const url = server.url.replace("://", "://desk:secret@");
  const client = await NatsClient.connect({ url, stream: "COMOVE", name: "test", log: silentLog });
  try {
    const message = (venue: string) => ({ subject: `comove.${venue}.ES.events`, text: "{}" });
    const began = performance.now();
    await assert.rejects(client.publish([message("ibkr")]), /[Pp]ermissions [Vv]iolation/);
    assert.ok(performance.now() - began < 4_000, "before the wait for it is over");
    await client.publish([message("binance")]);
    assert.equal((await client.state()).lastSequence, 1);
  } finally {
    await client.close();
    await server.stop();
  }
});

Deno.test("a broker that refuses the password of every attempt while it starts anew is tried again until it takes it", async () => {
  const users = (password: string) => `authorization { user: desk, password: ${password} }`;
  const server = await startNats(users("first"));
  const url = server.url.replace("nats://", "nats://desk:first@");
  const lines: string[] = [];
  const log = { ...silentLog, warn: (line: string) => void lines.push(line) };
  const options = { url, stream: "COMOVE", name: "comove test" };
  const client = await NatsClient.connect({ ...options, log });
  const target = await opened(client);
  const reading = await NatsClient.connect({ ...options, log: silentLog });
  const texts: string[] = [];
  const follower = reading.follow({
    subject: "comove.ibkr.ES.trades",
    from: { since: 0 },
    onMessage: ({ text }) => texts.push(text),
    onCaughtUp: () => {},
    clock: systemClock,
    log: silentLog,
  });
  const refusals = () => lines.filter((line) => /refuses us: .*uthorization/.test(line)).length;
  try {
    await target.write(batchOf(0, 2));
    for (const [turn, password] of ["other", "another"].entries()) {
      await server.kill();
      await server.start(users(password));
      // The client counts two refusals in a row as the last word; each attempt is half a second after the one before.
      await until(() => refusals() === turn + 1, 20_000, "a refusal");
      await pause(2_000);
      assert.equal(client.isConnected, false);
      await assert.rejects(target.write(batchOf(2, 4)), { code: "bus-unreachable" });
      await server.kill();
      await server.start(users("first"));
      await until(() => client.isConnected && reading.isConnected, 20_000, "it is taken");
      await writtenAgain(target, batchOf(2 * turn + 2, 2 * turn + 4));
    }
    await until(() => texts.length === 3, 20_000, "a follower goes on");
    assert.ok(lines.every((line) => !line.includes("first")), "no password is logged");
  } finally {
    follower.stop();
    await Promise.all([client.close(), reading.close()]);
    await server.stop();
  }
});

/** A broker that has just started may have no stream for a moment. */
async function writtenAgain(target: BusTarget, batch: StoreBatch): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      return void await target.write(batch);
    } catch (error) {
      if (tries === 20) throw error;
      await pause(200);
    }
  }
}

function connected({ url }: NatsServer): Promise<NatsClient> {
  return NatsClient.connect({ url, stream: "COMOVE", name: "comove test", log: silentLog });
}

function opened(client: NatsClient, seed = 7): Promise<BusTarget> {
  return BusTarget.open({
    client,
    dataKind: "simulated",
    market: { seed, start: 0 },
    instrumentOf: (id) => [BTC, ES].find((instrument) => instrument.id === id)!,
  });
}

/** Minutes and trades of two instruments, one of each a minute. */
function batchOf(from: number, to: number, revision = 0): StoreBatch {
  const minutes = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    instruments: [BTC, ES],
    bars: [BTC, ES].map(({ id }) => ({
      instrument: id,
      stepMs: MINUTE,
      bars: barColumns(minutes.map((i) => ({ openTime: i * MINUTE, close: 100 + i, revision }))),
      ...(id === "ES" ? { contract: minutes.map((i) => i < 1_000 ? "ESZ6" : "ESH7") } : {}),
    })),
    trades: [BTC, ES].map(({ id }) => ({
      instrument: id,
      trades: tradeColumns(
        minutes.map((i) => ({
          id: i,
          time: i * MINUTE + 5,
          price: 100 + i / 7,
          size: 0.1,
          side: 1,
        })),
      ),
    })),
  };
}

function coverageOf(from: number, to: number): StoreBatch {
  return {
    coverage: (["missing", "complete"] as const).map((state) => ({
      instrument: "ES",
      stepMs: MINUTE,
      from: from * MINUTE,
      to: to * MINUTE,
      state,
      reason: "",
    })),
  };
}

/** How many messages the batches make when each is written twice: coverage alone is held twice. */
function messages(batches: readonly StoreBatch[]): number {
  const pieces = (length: number) => Math.ceil(length / 500);
  const all = batches.reduce(
    (sum, { bars = [], trades = [], coverage = [] }) =>
      sum + bars.reduce((n, { bars: { openTime } }) => n + pieces(openTime.length), 0) +
      trades.reduce((n, { trades: { id } }) => n + pieces(id.length), 0) + 2 * coverage.length,
    0,
  );
  return all;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
