import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { MessageRate, Pacing } from "../../../lib/simulator/tws/pacing.ts";
import { contractFields, RawClient } from "./raw_client.ts";
import { until, withServer } from "./server_fixture.ts";

const SMALL = { stepMs: 5 * SECOND, isBidAsk: false };

Deno.test("Pacing refuses an identical request for small bars within 15 s", () => {
  const pacing = new Pacing();
  const request = { ...SMALL, key: "a", contract: "ES" };
  assert.equal(pacing.admitHistorical(request, 0), true);
  assert.equal(pacing.admitHistorical(request, 14_999), false);
  assert.equal(pacing.admitHistorical({ ...request, key: "b" }, 14_999), true);
  assert.equal(pacing.admitHistorical(request, 15_000), true);
});

Deno.test("Pacing refuses the sixth request for small bars of one contract within 2 s", () => {
  const pacing = new Pacing();
  const admit = (i: number, contract: string, now: number) =>
    pacing.admitHistorical({ ...SMALL, key: `${contract}${i}`, contract }, now);
  for (let i = 0; i < 5; i++) assert.equal(admit(i, "ES", i), true);
  assert.equal(admit(5, "ES", 1_999), false);
  assert.equal(admit(5, "NQ", 1_999), true);
  assert.equal(admit(5, "ES", 2_000), true);
});

Deno.test("Pacing lets 60 requests for small bars pass in 10 minutes, and BID_ASK counts twice", () => {
  const count = (isBidAsk: boolean) => {
    const pacing = new Pacing();
    let admitted = 0;
    for (let i = 0; i < 100; i++) {
      const request = { stepMs: 30 * SECOND, isBidAsk, key: `${i}`, contract: `${i}` };
      if (pacing.admitHistorical(request, i * 1_000)) admitted++;
    }
    const late = { ...SMALL, key: "late", contract: "late" };
    assert.equal(pacing.admitHistorical(late, 10 * MINUTE + 100 * SECOND), true);
    return admitted;
  };
  assert.equal(count(false), 60);
  assert.equal(count(true), 30);
});

Deno.test("Pacing does not limit bars of a minute and more", () => {
  const pacing = new Pacing();
  const request = { stepMs: MINUTE, isBidAsk: false, key: "a", contract: "ES" };
  for (let i = 0; i < 200; i++) assert.equal(pacing.admitHistorical(request, 0), true);
});

Deno.test("Pacing lets 60 streams of real-time bars begin in 10 minutes", () => {
  const pacing = new Pacing();
  for (let i = 0; i < 60; i++) assert.equal(pacing.admitRealTimeBars(i), true);
  assert.equal(pacing.admitRealTimeBars(10 * MINUTE - 1), false);
  assert.equal(pacing.admitRealTimeBars(10 * MINUTE), true);
});

Deno.test("MessageRate strikes at the 51st message of a second and ends at the third strike", () => {
  const rate = new MessageRate();
  for (let i = 0; i < 50; i++) assert.equal(rate.take(0), "ok");
  assert.equal(rate.take(1), "strike");
  assert.equal(rate.take(2), "ignored");
  for (let i = 0; i < 50; i++) assert.equal(rate.take(1_000), "ok");
  assert.equal(rate.take(1_001), "strike");
  for (let i = 0; i < 50; i++) assert.equal(rate.take(5_000), "ok");
  assert.equal(rate.take(5_001), "end");
});

Deno.test("startTwsServer ends the session of a client that is too fast for the third time", async () => {
  await withServer({ speed: 20 }, async ({ server, time }) => {
    const client = await RawClient.ready(server.port, 1);
    for (let strike = 1; strike <= 3; strike++) {
      for (let i = 0; i < 60; i++) client.send(49, 1);
      await until(
        `strike ${strike}`,
        () => client.codes(-1).filter((c) => c === 100).length === strike,
      );
      const next = time.now() + 2_500;
      await until("a second or two", () => time.now() > next);
    }
    await until("the end of the session", () => client.isClosed);
    assert.equal(server.stats().pacingViolations, 3);
  });
});

Deno.test("startTwsServer refuses the 61st stream of real-time bars within 10 minutes", async () => {
  await withServer({ speed: 100 }, async ({ server, time }) => {
    const client = await RawClient.ready(server.port, 1);
    for (let id = 1; id <= 61; id++) {
      client.send(50, 3, id, ...contractFields({}), 5, "TRADES", 0, "");
      client.send(51, 1, id);
      if (id % 20 === 0) await client.rest(time);
    }
    await until("the refusal", () => client.codes(61).length > 0);
    assert.deepEqual(client.codes(61), [420, 300]);
    assert.equal(client.codes(60).length, 0);
    await client.close();
  });
});

Deno.test("startTwsServer keeps at most 50 histories up to date", async () => {
  await withServer({ speed: 100 }, async ({ server, time }) => {
    const client = await RawClient.ready(server.port, 1);
    for (let id = 1; id <= 51; id++) {
      client.send(20, id, ...contractFields({}), 0, "", "1 min", "300 S", 0, "TRADES", 2, 1, "");
      if (id % 40 === 0) await client.rest(time);
    }
    await until("the refusal", () => client.codes(51).length > 0);
    assert.deepEqual(client.codes(51), [162]);
    assert.equal(server.stats().subscriptions, 50);
    await client.close();
    await until("no stream", () => server.stats().subscriptions === 0);
  });
});
