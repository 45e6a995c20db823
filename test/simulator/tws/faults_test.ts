import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { contractFields, RawClient } from "./raw_client.ts";
import { until, withServer } from "./server_fixture.ts";
import { future, StoqeyClient } from "./stoqey_client.ts";

async function streaming(port: number, clientId: number): Promise<RawClient> {
  const client = await RawClient.ready(port, clientId);
  client.send(50, 3, 1, ...contractFields({}), 5, "TRADES", 0, "");
  await client.message("50");
  return client;
}

function timesOf(client: RawClient): number[] {
  return client.of("50").map((fields) => Number(fields[3]));
}

Deno.test("drop cuts every client at once, and their ids are free again", async () => {
  await withServer({ speed: 60 }, async ({ server }) => {
    const clients = [await streaming(server.port, 1), await streaming(server.port, 2)];
    server.drop();
    await until("both cuts", () => clients.every(({ isClosed }) => isClosed));
    const again = await streaming(server.port, 1);
    assert.deepEqual(again.codes(-1).filter((code) => code === 326), []);
    await again.close();
  });
});

Deno.test("stall is silent both ways, to new clients too, and what fell due is lost", async () => {
  await withServer({ speed: 60 }, async ({ server, time }) => {
    const client = await streaming(server.port, 1);
    const before = timesOf(client).at(-1)!;
    const start = time.now();
    server.stall(30 * SECOND);
    const late = new RawClient(server.port);
    late.hello();
    client.send(49, 1);
    await until("half of the stall", () => time.now() > start + 15 * SECOND);
    assert.deepEqual([client.of("49").length, late.messages.length, late.isOpen], [0, 0, true]);
    await until("bars again", () => timesOf(client).at(-1)! > before + 30);
    await late.message("193");
    assert.equal(client.of("49").length, 1, "what was sent into the stall is read after it");
    const gaps = timesOf(client).map((t, i, all) => i === 0 ? 5 : t - all[i - 1]!);
    assert.equal(gaps.filter((gap) => gap !== 5).length, 1);
    assert.ok(Math.max(...gaps) >= 30, "the stalled bars never come");
    await client.close();
    await late.close();
  });
});

Deno.test("corrupt damages exactly so many messages, each in another way", async () => {
  await withServer({ speed: 240 }, async ({ server }) => {
    const client = await streaming(server.port, 1);
    server.corrupt(2);
    const from = client.of("50").length;
    await client.message("50", from + 20);
    const bad = client.of("50").slice(from - 1).filter((fields) => {
      const [open, high, low, close] = fields.slice(4, 8).map(Number);
      return !(high! >= Math.max(open!, close!) && low! <= Math.min(open!, close!));
    });
    assert.equal(bad.length, 2);
    assert.ok(Number(bad[0]![5]) < Number(bad[0]![6]), "high below low");
    assert.ok(Number.isNaN(Number(bad[1]![5])), "not a number");
    server.corrupt(1);
    await until("a broken frame", () => client.broken.length > 0);
    assert.deepEqual(client.broken, ["a message ended without its end mark"]);
    await client.close();
  });
});

Deno.test("delay holds messages back and keeps their order", async () => {
  await withServer({ speed: 60 }, async ({ server, time }) => {
    const client = await streaming(server.port, 1);
    server.delay(20 * SECOND, 40 * SECOND);
    const asked = time.now();
    client.send(49, 1);
    await client.message("49");
    assert.ok(time.now() - asked >= 20 * SECOND);
    await until("the end of the delay", () => time.now() > asked + 65 * SECOND);
    const again = time.now();
    client.send(49, 1);
    await client.message("49", 2);
    assert.ok(time.now() - again < 20 * SECOND);
    const times = timesOf(client);
    assert.deepEqual(
      times,
      times.map((_, i) => times[0]! + 5 * i),
      "nothing lost, nothing swapped",
    );
    await client.close();
  });
});

Deno.test("refuse cuts, refuses for its time, then listens on the same port again", async () => {
  await withServer({ speed: 60 }, async ({ server, time }) => {
    const client = await streaming(server.port, 1);
    const { port } = server;
    const start = time.now();
    server.refuse(30 * SECOND);
    await until("the cut", () => client.isClosed);
    const refused = new RawClient(port);
    await until("the refusal", () => refused.isClosed);
    assert.equal(refused.error, "ECONNREFUSED");
    await until("the end", () => time.now() > start + 35 * SECOND);
    const again = await streaming(server.port, 1);
    assert.equal(server.port, port);
    await again.close();
  });
});

Deno.test("refuse called again while refusing lasts as long as the later one says", async () => {
  await withServer({ speed: 60 }, async ({ server, time }) => {
    const start = time.now();
    server.refuse(5 * SECOND);
    server.refuse(30 * SECOND);
    await until("the first end", () => time.now() > start + 10 * SECOND);
    const refused = new RawClient(server.port);
    await until("the refusal", () => refused.isClosed);
    assert.equal(refused.error, "ECONNREFUSED");
    await until("the second end", () => time.now() > start + 35 * SECOND);
    const client = await RawClient.ready(server.port, 1);
    await client.close();
  });
});

Deno.test("interrupt announces 1100, loses the data, and announces how it ended", async () => {
  await withServer({ speed: 60 }, async ({ server, time }) => {
    const client = await streaming(server.port, 1);
    const before = timesOf(client).at(-1)!;
    server.interrupt(30 * SECOND, { streams: "kept" });
    client.send(20, 2, ...contractFields({}), 0, "", "1 min", "300 S", 0, "TRADES", 2, 0, "");
    await until("the refusal", () => client.codes(2).includes(162));
    await until("1102", () => client.codes(-1).includes(1102));
    await until("bars again", () => timesOf(client).at(-1)! > before + 30);
    assert.ok(client.codes(-1).includes(1100));
    const next = timesOf(client).find((t) => t > before)!;
    assert.ok(next >= before + 30);
    server.interrupt(10 * SECOND, { streams: "lost" });
    await until("1101", () => client.codes(-1).includes(1101));
    const count = client.of("50").length;
    const later = time.now() + 20 * SECOND;
    await until("a while", () => time.now() > later);
    assert.equal(client.of("50").length, count);
    assert.equal(server.stats().subscriptions, 0);
    await client.close();
  });
});

Deno.test("notice reaches the real client as an info without a request", async () => {
  await withServer({}, async ({ server }) => {
    const client = await StoqeyClient.ready(server.port);
    await until("the first notices", () => client.infos.length === 3);
    server.notice(2103, "Market data farm connection is broken:usfuture");
    await until("the notice", () => client.infos.length === 4);
    assert.equal(client.infos[3]!.code, 2103);
    assert.deepEqual(client.errors, []);
    await client.close();
  });
});

Deno.test("close in the middle of everything leaves no timer and no socket", async () => {
  await withServer({ speed: 60 }, async ({ server }) => {
    const client = await StoqeyClient.ready(server.port);
    client.api.reqRealTimeBars(1, future("ES", "202512"), 5, "TRADES" as never, false);
    await until("a bar", () => client.bars.size > 0);
    server.stall(5 * MINUTE);
    server.delay(SECOND, 5 * MINUTE);
    server.refuse(5 * MINUTE);
    server.interrupt(5 * MINUTE, { streams: "lost" });
    await Promise.all([server.close(), server.close()]);
    await until("the cut", () => client.isDisconnected);
    assert.equal(server.stats().sockets, 0);
    await client.close();
  });
});
