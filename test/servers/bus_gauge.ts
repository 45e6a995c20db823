import assert from "node:assert/strict";
import { busMetricsText } from "../../lib/api/bus_metrics_text.ts";
import { BusGauge } from "../../lib/bus/bus_gauge.ts";
import { BusTarget } from "../../lib/bus/bus_target.ts";
import { BusWriter } from "../../lib/bus/bus_writer.ts";
import { NatsClient } from "../../lib/bus/nats_client.ts";
import { type Clock, systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { BTC, tradeColumns } from "../store/support/store_rows.ts";
import { startNats } from "./support/nats_server.ts";

/** Ages are of this many ms more. */
const HELD_MS = 60_000;
const LATER: Clock = { ...systemClock, now: () => systemClock.now() + HELD_MS };

Deno.test("metrics say how far a writer and readers are behind, whether it runs or not, and that a broker is away", async () => {
  const server = await startNats();
  const connect = () =>
    NatsClient.connect({ url: server.url, stream: "COMOVE", name: "test", log: silentLog });
  const publisher = await connect(), client = await connect();
  const store = await openStore({ kind: "memory", dataKind: "simulated" });
  const target = await BusTarget.open({
    client: publisher,
    dataKind: "simulated",
    market: { seed: 7, start: 0 },
    instrumentOf: () => BTC,
  });
  const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
  const gauge = new BusGauge({
    connect,
    stream: "COMOVE",
    store: () => Promise.resolve(store),
    clock: LATER,
  });
  const textNow = async () => busMetricsText(await gauge.figures());
  try {
    const first = (await gauge.figures())!;
    assert.equal(first.end, 1, "what the stream holds");
    assert.equal(first.writer, undefined, "nothing was written yet: unknown, not 0");
    assert.doesNotMatch(await textNow(), /lag_seconds/);
    await publish(target, 0);
    while (await writer.turn() !== undefined);
    const done = await textNow();
    assert.match(done, /^comove_bus_up 1\n/m);
    assert.match(done, /^comove_bus_writer_lag_messages 0\n/m);
    assert.match(done, /^comove_bus_writer_lag_seconds 0\n/m);
    for (let id = 1; id <= 3; id++) await publish(target, id);
    const { writer: behind } = (await gauge.figures())!;
    assert.equal(behind!.messages, 3);
    assert.ok(behind!.ageMs >= HELD_MS && behind!.ageMs < HELD_MS + 30_000, `${behind!.ageMs}`);
    assert.deepEqual((await writer.lag(LATER)).messages, 3);
    const reading = await new Promise<{ stop(): void }>((resolve) => {
      const follower = client.follow({
        subject: "comove.>",
        from: { since: 0 },
        onMessage: () => {},
        onCaughtUp: () => resolve(follower),
        clock: systemClock,
        log: silentLog,
      });
    });
    const { readers } = (await gauge.figures())!;
    assert.ok(readers.count >= 1);
    assert.equal(readers.mostPending, 0);
    reading.stop();
    await server.kill();
    assert.equal(await textNow(), "# TYPE comove_bus_up gauge\ncomove_bus_up 0\n");
    await server.start();
    for (let tries = 0; await gauge.figures() === undefined; tries++) assert.ok(tries < 20);
    assert.equal((await gauge.figures())!.writer!.messages, 3, "it says so while no writer runs");
  } finally {
    await gauge[Symbol.asyncDispose]();
    await Promise.all([target.close(), client.close(), store.close()]);
    await server.stop();
  }
});

async function publish(target: BusTarget, id: number): Promise<void> {
  const trades = tradeColumns([{ id, time: id, price: 1, size: 1, side: 1 }]);
  await target.write({ instruments: [BTC], trades: [{ instrument: BTC.id, trades }] });
}
