import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { contractFields, RawClient } from "./raw_client.ts";
import { until, withServer } from "./server_fixture.ts";

Deno.test("refuse-streams ends the streams with its code, refuses new ones, and is over in time", async () => {
  await withServer({ speed: 60 }, async ({ server, time }) => {
    const client = await RawClient.ready(server.port, 1);
    const bars = (id: number) => client.send(50, 3, id, ...contractFields({}), 5, "TRADES", 0, "");
    bars(1);
    await client.message("50");
    const start = time.now();
    server.strike({ kind: "refuse-streams", code: 322, durationMs: 30 * SECOND });
    await until("the end of the stream", () => client.codes(1).includes(322));
    bars(2);
    await until("the refusal", () => client.codes(2).includes(322));
    assert.ok(time.now() < start + 30 * SECOND);
    assert.equal(server.stats().subscriptions, 0);
    await until("its end", () => time.now() > start + 31 * SECOND);
    bars(3);
    await until("bars again", () => client.of("50").some((fields) => fields[2] === "3"));
    await client.close();
  });
});

Deno.test("refuse-history and refuse-listing refuse their own requests alone", async () => {
  await withServer({ speed: 60 }, async ({ server }) => {
    const client = await RawClient.ready(server.port, 1);
    const history = (id: number) =>
      client.send(20, id, ...contractFields({}), 0, "", "1 min", "300 S", 0, "TRADES", 2, 0, "");
    const listing = (id: number) => client.send(9, 8, id, ...contractFields({}), 0, "", "", "");
    server.strike({ kind: "refuse-history", code: 354, durationMs: 10 * MINUTE });
    history(1);
    listing(2);
    await until("the refusal", () => client.codes(1).includes(354));
    await client.message("52");
    server.strike({ kind: "refuse-listing", code: 200, durationMs: 10 * MINUTE });
    listing(3);
    client.send(50, 3, 4, ...contractFields({}), 5, "TRADES", 0, "");
    await until("the refusal", () => client.codes(3).includes(200));
    await client.message("50");
    assert.deepEqual(client.codes(4), []);
    await client.close();
  });
});
