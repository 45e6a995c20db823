import assert from "node:assert/strict";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { coverageCalendar } from "../../../lib/notebook/panels/coverage_calendar.ts";
import { openStore } from "../../../lib/store/open_store.ts";
import { BITCOIN, ES } from "../../support/fake_market.ts";

const FIRST = Date.UTC(2026, 0, 5);

Deno.test("coverageCalendar shows the days of a market, as its coverage counts them", async () => {
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 60 }, data: { backfillHours: 30 } },
  });
  await using market = await openMarket({}, { config });
  const { text, html } = await coverageCalendar(market).draw("id");
  assert.match(text, /^Coverage by day of UTC · simulated data\n/);
  for (const title of ["BTC/USDT", "ES", "NQ", "DVOL"]) {
    assert.ok(text.includes(`\n${title}: `), text);
  }
  assert.match(html, /title="[A-Z][a-z]{2} \d{4}-\d\d-\d\d: [\d,]+ of [\d,]+ minutes held/);
});

Deno.test("coverageCalendar shows the days of a store, and says that no feed runs", async () => {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const row = { instrument: "BTCUSDT", stepMs: MINUTE, reason: "" };
  await store.write({
    instruments: [BITCOIN, ES],
    coverage: [
      { ...row, from: FIRST, to: FIRST + DAY, state: "complete" },
      { ...row, from: FIRST + DAY, to: FIRST + 2 * DAY, state: "missing", reason: "a ban" },
    ],
  });
  const panel = coverageCalendar(store, { instruments: ["BTCUSDT"] });
  const { text, html } = await panel.draw("id");
  assert.match(
    text,
    /stored \(live\) data\nBTC\/USDT: 1 day complete, 1 missing · 1,440 of 2,880 minutes/,
  );
  assert.ok(!text.includes("ES"));
  assert.match(html, /1,440 missing: a ban/);
  const { word, source, dataTime } = panel.freshness();
  assert.deepEqual([word, source, dataTime], ["stored", "stored", FIRST + DAY]);
  await store.close();
});

Deno.test("coverageCalendar refuses what it cannot show, by name", async () => {
  const store = await openStore({ kind: "memory", dataKind: "simulated" });
  assert.throws(() => coverageCalendar(store, { months: 0 }), /months must be .* got 0/);
  assert.throws(
    () => coverageCalendar(store, { month: 2 } as object),
    /options of coverageCalendar .* got month; did you mean months\?/,
  );
  const panel = coverageCalendar(store, { instruments: ["NQ"] });
  await assert.rejects(async () => await panel.draw("id"), /NQ is not in memory; stored: none/);
  await store.close();
});
