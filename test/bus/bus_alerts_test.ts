import assert from "node:assert/strict";
import { BusAlertStore } from "../../lib/bus/bus_alert_store.ts";
import { alertBatchOf, alertMessage, shareOf } from "../../lib/bus/bus_alerts.ts";
import { BusWriter } from "../../lib/bus/bus_writer.ts";
import type { BusMessage } from "../../lib/bus/bus_message.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { StoredAlert, StoredDelivery } from "../../lib/store/store.ts";
import { heldStream } from "./support/held_stream.ts";

const ALERT: StoredAlert = {
  id: "up/BTCUSDT/60000",
  rule: "up",
  subject: "BTCUSDT",
  state: "firing",
  started: 60_000,
  ended: null,
  value: 5,
  evidence: "{}",
};
const SENT: StoredDelivery = {
  alert: ALERT.id,
  channel: "desk",
  kind: "firing",
  created: 1,
  body: "{}",
  attempts: 0,
  nextAt: 1,
  receipt: null,
  error: null,
};
const DELIVERED = { ...SENT, attempts: 1, nextAt: null, receipt: "200" };

Deno.test("what alerts came to is there for the next run, and comes to the store", async () => {
  const stream = over(heldStream());
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const open = (share: string) => BusAlertStore.open({ client: stream, share, reader: store });
  const first = await open("all");
  assert.equal(await first.note("alerts"), undefined);
  await first.write({
    alerts: [ALERT],
    deliveries: [SENT],
    notes: { alerts: "1", "alerts watched": "rules" },
  });
  await first.write({ notes: { alerts: "2" } });
  await first.write({ deliveries: [DELIVERED] });
  await first.write({ notes: { alerts: "3" } });
  const second = await open("all");
  assert.deepEqual(await second.deliveries(), [DELIVERED]);
  assert.equal(await second.note("alerts"), "3");
  assert.equal(await second.note("alerts watched"), "rules");
  assert.equal(await second.note("rules"), undefined);
  const other = await open(shareOf(["ES"]));
  assert.deepEqual([await other.deliveries(), await other.note("alerts")], [[], undefined]);
  await other.write({ notes: { alerts: "other" } });
  await writeAll(stream, store);
  assert.deepEqual(await store.alerts(), [ALERT]);
  assert.deepEqual(await store.deliveries(), [DELIVERED]);
  assert.equal(await store.note("alerts"), "3");
  // The stream is made anew, and the store has it all.
  const anew = over(heldStream());
  const third = await BusAlertStore.open({ client: anew, share: "all", reader: store });
  assert.deepEqual(await third.deliveries(), [DELIVERED]);
  assert.equal(await third.note("alerts"), "3");
  const last = await BusAlertStore.open({ client: anew, share: shareOf(["ES"]), reader: store });
  assert.equal(await last.note("alerts"), "other");
  await store.close();
});

Deno.test("a checkpoint that came with an alert counts until a newer one", async () => {
  const stream = over(heldStream());
  const first = await BusAlertStore.open({ client: stream, share: "all", reader: undefined });
  await first.write({ notes: { alerts: "1" } });
  await first.write({ alerts: [ALERT], notes: { alerts: "2" } });
  const second = await BusAlertStore.open({ client: stream, share: "all", reader: undefined });
  assert.equal(await second.note("alerts"), "2");
});

Deno.test("a share is its instruments, in whatever order", () => {
  assert.equal(shareOf(["ES", "NQ"]), shareOf(["NQ", "ES", "NQ"]));
  assert.notEqual(shareOf(["ES", "NQ"]), shareOf(["ESNQ"]));
  assert.notEqual(shareOf(["ES"]), shareOf(null));
});

Deno.test("what is no message of alerts is refused, and writes no note of the writer", async () => {
  const stream = heldStream();
  const { subject } = alertMessage({ alerts: [ALERT] }, "all");
  const good = { alerts: [ALERT], deliveries: [SENT], notes: { alerts: "1" } };
  const bad: object[] = [
    { ...good, alerts: [{ ...ALERT, state: "gone" }] },
    { ...good, alerts: [{ ...ALERT, started: 1.5 }] },
    { ...good, alerts: [{ ...ALERT, evidence: "{" }] },
    { ...good, alerts: Array.from({ length: 10_001 }, () => ALERT) },
    { ...good, deliveries: [{ ...SENT, nextAt: "now" }] },
    { ...good, deliveries: [{ ...SENT, body: 5 }] },
    { ...good, deliveries: {} },
    { ...good, notes: { "bus COMOVE": '{"created":"x","sequence":9}' } },
    { ...good, notes: { alerts: 5 } },
    { ...good, notes: { alerts: "x".repeat(1_000_001) } },
    { ...good, notes: null },
  ];
  for (const body of bad) {
    const text = JSON.stringify({ v: 1, ...body });
    assert.throws(() => alertBatchOf(subject, text), { name: "BusFormatError" }, text.slice(0, 99));
    stream.publish({ subject, text });
  }
  assert.deepEqual(alertBatchOf(subject, JSON.stringify({ v: 1, ...good }))?.batch, good);
  assert.equal(alertBatchOf("comove.ibkr.ES.minutes", "{}"), undefined);
  const reopened = await BusAlertStore.open({
    client: over(stream),
    share: "all",
    reader: undefined,
  });
  assert.deepEqual([await reopened.deliveries(), await reopened.note("alerts")], [[], undefined]);
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const writer = await writeAll(over(stream), store);
  assert.equal(writer.refused, bad.length);
  assert.equal(JSON.parse(await store.note("bus COMOVE") ?? "{}").sequence, bad.length);
  assert.deepEqual(await store.alerts(), []);
  await store.close();
});

type Stream = ReturnType<typeof heldStream>;

/** A stream as those see it who publish some messages at once. */
function over(stream: Stream) {
  return {
    ...stream,
    publish: (messages: readonly BusMessage[]) => {
      for (const message of messages) stream.publish(message);
      return Promise.resolve();
    },
  };
}

async function writeAll(
  client: ReturnType<typeof over>,
  store: Awaited<ReturnType<typeof openStore>>,
): Promise<BusWriter> {
  const writer = new BusWriter({ client, store, stream: "COMOVE", log: silentLog });
  while (await writer.turn() !== undefined);
  return writer;
}
