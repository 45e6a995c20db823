import assert from "node:assert/strict";
import { openStore } from "../../lib/store/open_store.ts";
import { IMPORT_FIRST, IMPORT_MINUTES, importTable } from "../support/import_table.ts";
import { withApi } from "./api_fixture.ts";

Deno.test("a table goes into the running store once, in its zone", async () => {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const own = { whenOpen: Promise.resolve(store), reader: () => Promise.resolve(store) };
  await withApi(async ({ change }) => {
    const asked = { symbol: "ES", timeframe: "1m", zone: "America/New_York" };
    const first = await change("POST", "/imports", { ...asked, text: importTable() });
    assert.deepEqual([first.status, first.body], [201, {
      instrument: "ES",
      what: "bars of 1m",
      rows: IMPORT_MINUTES,
      new: IMPORT_MINUTES,
    }]);
    const again = await change("POST", "/imports", { ...asked, text: importTable() });
    assert.deepEqual([again.status, again.body.new], [201, 0]);
    const bars = await store.bars({
      instrument: "ES",
      stepMs: 60_000,
      from: IMPORT_FIRST + 5 * 60_000,
      to: IMPORT_FIRST + 6 * 60_000,
    });
    assert.deepEqual([[...bars.close], [...bars.volume]], [[6_806], [15]]);
    const bad = await change("POST", "/imports", {
      ...asked,
      text: `${importTable()}\n2025-11-03 14:00:00,abc,1,1,1,1`,
    });
    assert.equal(bad.status, 409);
    assert.match(bad.body.detail, /Nothing was imported: /);
  }, { store: own });
  await store.close();
});

Deno.test("an import is answered although no venue has delivered, and so no store is open", async () => {
  const own = { whenOpen: new Promise<never>(() => {}), reader: () => Promise.resolve(undefined) };
  await withApi(async ({ change }) => {
    const { status, body, response } = await change("POST", "/imports", {
      symbol: "ES",
      text: importTable(),
    });
    assert.equal(status, 503);
    assert.match(body.detail, /first data of a venue/);
    assert.equal(response.headers.get("retry-after"), "10");
  }, { store: own });
});
