import assert from "node:assert/strict";
import { withApi } from "./api_fixture.ts";

Deno.test("a venue is stopped and started by the API, with the token alone", async () => {
  await withApi(async ({ get, change }) => {
    const stateOf = async (id: string) => {
      const { body } = await get("/venues");
      return body.venues.find((one: { readonly venue: string }) => one.venue === id);
    };
    assert.deepEqual(await stateOf("binance"), {
      venue: "binance",
      title: "Binance",
      state: "live",
      instruments: ["BTCUSDT"],
    });
    const bare = await get("/venues/binance", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ running: false }),
    });
    assert.equal(bare.status, 401);
    const stopped = await change("PUT", "/venues/binance", { running: false });
    assert.deepEqual([stopped.status, stopped.body.state], [200, "stopped"]);
    const started = await change("PUT", "/venues/binance", { running: true });
    assert.deepEqual([started.status, started.body.state], [200, "live"]);
    const stray = await change("PUT", "/venues/nowhere", { running: true });
    assert.equal(stray.status, 404);
    assert.match(stray.body.detail, /one of binance, ibkr/);
    for (const body of [{}, { running: "no" }, { running: true, more: 1 }]) {
      assert.equal((await change("PUT", "/venues/binance", body)).status, 400);
    }
    const { body: document } = await get("/openapi.json");
    assert.ok(Object.keys(document.paths).some((path) => path.endsWith("/venues/{id}")));
  });
});
