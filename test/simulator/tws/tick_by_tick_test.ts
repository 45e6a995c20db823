import { TickByTickDataType } from "@stoqey/ib";
import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { Pacing } from "../../../lib/simulator/tws/pacing.ts";
import { START } from "./hand_truth.ts";
import { until, withServer } from "./server_fixture.ts";
import { future, StoqeyClient } from "./stoqey_client.ts";

const LAST = TickByTickDataType.Last;
const DAY_MS = 1_440 * MINUTE;
const truth = createMarketModel({ seed: 5, from: START - DAY_MS });

Deno.test("tick-by-tick sends every trade of the truth once, in order, from the request on", async () => {
  const speed = 60;
  await withServer({ speed, truth }, async ({ server, time }) => {
    const client = await StoqeyClient.ready(server.port);
    const asked = time.now();
    const id = client.id();
    client.api.reqTickByTickData(id, future("ES", "202512"), LAST, 0, false);
    await until("two minutes", () => time.now() >= asked + 2 * MINUTE + 10 * SECOND);
    const trades = client.trades.get(id)!;
    const times = trades.map(([seconds]) => seconds! * SECOND);
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
    const minute = Math.ceil(asked / MINUTE) * MINUTE;
    const inMinute = trades.filter(([seconds]) => Math.floor(seconds! / 60) * MINUTE === minute);
    assert.deepEqual(
      inMinute,
      truth.trades("ESZ5", minute).map(({ time, price, size }) => [
        Math.floor(time / SECOND),
        price,
        size,
      ]),
    );
    assert.ok(inMinute.length > 5);
    client.api.cancelTickByTickData(id);
    await until("cancelled", () => server.stats().subscriptions === 0);
    await client.close();
  });
});

Deno.test("tick-by-tick refuses the stream above the limit, and a second one within 15 seconds", async () => {
  await withServer({ truth, tickByTickLimit: 3 }, async ({ server }) => {
    const client = await StoqeyClient.ready(server.port);
    const ids = ["ES", "NQ", "MES", "MNQ"].map((symbol) => {
      const id = client.id();
      client.api.reqTickByTickData(id, future(symbol, "202512"), LAST, 0, false);
      return id;
    });
    await until("refused", () => client.errors.length === 1);
    assert.deepEqual(client.errors.map(({ code, id }) => [code, id]), [[10190, ids[3]]]);
    client.api.cancelTickByTickData(ids[0]!);
    const again = client.id();
    client.api.reqTickByTickData(again, future("ES", "202512"), LAST, 0, false);
    await until("refused again", () => client.errors.length === 2);
    assert.deepEqual([client.errors[1]!.code, client.errors[1]!.id], [10190, again]);
    assert.equal(server.stats().pacingViolations, 1, "fifteen seconds have not passed");
    await client.close();
  });
});

Deno.test("tick-by-tick needs live data, and its kinds are case-sensitive", async () => {
  await withServer({ truth, permissions: { ES: "delayed" } }, async ({ server }) => {
    const client = await StoqeyClient.ready(server.port);
    const ask = (symbol: string, type: string) =>
      client.api.reqTickByTickData(
        client.id(),
        future(symbol, "202512"),
        type as TickByTickDataType,
        0,
        false,
      );
    ask("ES", "Last");
    ask("NQ", "last");
    ask("NQ", "AllLast");
    await until("two refusals", () => client.errors.length === 2);
    assert.deepEqual(client.errors.map(({ code }) => code), [10189, 321]);
    assert.match(client.errors[0]!.text, /No market data permissions for CME FUT/);
    assert.equal(server.stats().subscriptions, 1);
    await client.close();
  });
});

Deno.test("Pacing lets single trades of one contract be asked for every 15 s", () => {
  const pacing = new Pacing();
  assert.equal(pacing.admitTickByTick("1", 0), true);
  assert.equal(pacing.admitTickByTick("1", 14_999), false);
  assert.equal(pacing.admitTickByTick("2", 14_999), true);
  assert.equal(pacing.admitTickByTick("1", 15_000), true);
});
