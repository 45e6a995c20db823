import assert from "node:assert/strict";
import type { Listing } from "../../../lib/simulator/truth.ts";
import { handTruth } from "./hand_truth.ts";
import { contractFields, RawClient } from "./raw_client.ts";
import { until, withServer } from "./server_fixture.ts";

Deno.test("startTwsServer gives out 100 market-data lines, one for each instrument", async () => {
  const truth = handTruth();
  const listings: Listing[] = Array.from({ length: 101 }, (_, i) => ({
    ...truth.listings(0)[1]!,
    root: `R${i}`,
    symbol: `R${i}Z5`,
  }));
  const many = { ...truth, listings: () => listings };
  await withServer({ speed: 100, truth: many }, async ({ server, time }) => {
    const client = await RawClient.ready(server.port, 1);
    const ask = async (id: number, symbol: string) => {
      client.send(1, 11, id, ...contractFields({ symbol }), 0, "", 0, 0, "");
      if (id % 40 === 0) await client.rest(time);
    };
    for (let i = 0; i < 100; i++) await ask(i + 1, `R${i}`);
    await ask(201, "R7");
    await ask(202, "R100");
    await until("the refusal", () => client.codes(202).length > 0);
    assert.deepEqual(client.codes(202), [101]);
    assert.deepEqual(client.codes(201), []);
    client.send(2, 1, 1);
    client.send(1, 11, 203, ...contractFields({ symbol: "R100" }), 0, "", 0, 0, "");
    await until("its type", () => client.of("58").some((fields) => fields[2] === "203"));
    assert.deepEqual(client.codes(203), []);
    await client.close();
  });
});

Deno.test("startTwsServer refuses a request id that is in use", async () => {
  await withServer({}, async ({ server }) => {
    const client = await RawClient.ready(server.port, 1);
    const history = [0, "", "1 min", "300 S", 0, "TRADES", 2, 1, ""];
    for (let i = 0; i < 2; i++) {
      client.send(50, 3, 1, ...contractFields({}), 5, "TRADES", 0, "");
      client.send(20, 2, ...contractFields({}), ...history);
    }
    await until("both refusals", () => client.codes(1).length + client.codes(2).length === 2);
    assert.deepEqual([client.codes(1), client.codes(2)], [[322], [386]]);
    await client.close();
  });
});
