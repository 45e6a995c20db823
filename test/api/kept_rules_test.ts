import assert from "node:assert/strict";
import { until } from "../support/simulated_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { serveStored } from "./stored_api.ts";

const CONFIGURED = [
  { name: "mine", metric: "price", of: "BTCUSDT", fire: "above 1" },
  { name: "other", metric: "price", of: "ES", fire: "above 1" },
];

Deno.test("rules that were posted, put and deleted are so after a restart on the same store", async () => {
  await withTempFolder(async (dir) => {
    const overrides = {
      clock: { speed: 60 },
      data: { backfillHours: 1 },
      store: { kind: "sqlite" as const, path: `${dir}/market.db` },
      alerts: { rules: CONFIGURED },
    };
    const rulesOf = async ({ get }: Awaited<ReturnType<typeof serveStored>>) =>
      (await get("/rules")).body.rules.map(({ name, fire }: Record<string, string>) =>
        `${name} ${fire}`
      ).toSorted();
    const wanted = ["mine above 2", "new below 3"];
    const first = await serveStored(overrides);
    const { change } = first;
    const added = { name: "new", metric: "price", of: "ES", fire: "below 3" };
    assert.equal((await change("POST", "/rules", added)).status, 201);
    assert.equal(
      (await change("PUT", "/rules/mine", { ...CONFIGURED[0], fire: "above 2" })).status,
      200,
    );
    assert.equal((await change("DELETE", "/rules/other")).status, 204);
    assert.deepEqual(await rulesOf(first), wanted);
    await until(
      () => first.market.alerts!.rules.some(({ state }) => state === "firing"),
      10_000,
      "it fires",
    );
    await first.end();
    const second = await serveStored(overrides);
    assert.deepEqual(await rulesOf(second), wanted);
    assert.equal((await second.change("DELETE", "/rules/new")).status, 204);
    await second.end();
    const third = await serveStored({ ...overrides, alerts: { rules: [] } });
    assert.deepEqual(await rulesOf(third), ["mine above 2"], "also without a configured rule");
    await third.end();
    // What a rule watches is not followed for a run in which the rules change.
    const fourth = await serveStored({
      ...overrides,
      alerts: { rules: [] },
      binance: { symbols: ["ETHUSDT"] },
    });
    assert.deepEqual(await rulesOf(fourth), []);
    assert.equal((await fourth.change("POST", "/rules", added)).status, 201);
    await fourth.end();
    const fifth = await serveStored({ ...overrides, alerts: { rules: [] } });
    assert.deepEqual(await rulesOf(fifth), wanted, "the rule that rested is back");
    await fifth.end();
  });
});
