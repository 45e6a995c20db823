/**
 * The pair that comes apart in the simulated market, as a user learns of it: by a panel, by the chart that the page draws,
 * and by an alert, over the same servers and clients as every day.
 */
import assert from "node:assert/strict";
import { armAlerts } from "../../lib/alerts/open_alerts.ts";
import type { PairPacket } from "../../lib/charts/pair_view.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import type { AlertBody } from "../../lib/model/alert.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { pairChart } from "../../lib/notebook/panels/pair_chart.ts";
import { pairTests } from "../../lib/notebook/panels/pair_tests.ts";
import { sleep } from "../../lib/runtime/clock.ts";
import { SteadyClock } from "../support/steady_clock.ts";

const CONFIG = `source: simulated
clock: { speed: 600 }
data: { backfillHours: 24 }
ibkr: { futures: [] }
deribit: { enabled: false }
binance: { symbols: [DOTUSDT, ADAUSDT, AVAXUSDT, SOLUSDT] }
`;
const BROKEN = "DOTUSDT/ADAUSDT", HOLDS = "AVAXUSDT/SOLUSDT";
/** Bars of a minute within which it must be reported. */
const WITHIN = 240;

Deno.test("a pair that breaks is reported in a panel, in its chart and by an alert within 240 bars", async () => {
  using clock = new SteadyClock();
  await using market = await openMarket({}, { clock, config: parseConfig({ yaml: CONFIG }) });
  const planted = market.simulator!.truth.pairs.find(({ kind }) => kind === "broken");
  assert.ok(planted?.kind === "broken" && `${planted.y}/${planted.x}` === BROKEN);
  const rule = { metric: "relation", timeframe: "1m", fire: "below 0.001" } as const;
  const fired: AlertBody[] = [];
  armAlerts(market, [
    { ...rule, name: "broken", of: BROKEN },
    { ...rule, name: "holds", of: HOLDS },
  ]);
  market.onEvent((event) => {
    if (event.kind === "alert" && event.change.body.state === "firing") {
      fired.push(event.change.body);
    }
  });
  const textOf = async (pair: string) => (await pairTests(market, { pair }).draw("tests")).text;
  assert.doesNotMatch(await textOf(BROKEN), /broken/);

  const end = planted.breaksAt + WITHIN * MINUTE;
  let saidAt = NaN;
  while (market.venueTime < end && (fired.length === 0 || Number.isNaN(saidAt))) {
    await sleep(clock, 200);
    const text = await textOf(BROKEN), now = market.latest!.openTime + MINUTE;
    if (Number.isNaN(saidAt) && /The relation has broken/.test(text)) saidAt = now;
  }
  const bars = (time: number) => (time - planted.breaksAt) / MINUTE;
  assert.ok(bars(saidAt) > 0 && bars(saidAt) <= WITHIN, `panel: ${bars(saidAt)} bars`);
  assert.deepEqual(fired.map(({ rule }) => rule), ["broken"]);
  const [alert] = fired;
  assert.ok(
    bars(alert!.time) > 0 && bars(alert!.time) <= WITHIN,
    `alert: ${bars(alert!.time)} bars`,
  );
  assert.match(
    alert!.message,
    /^DOTUSDT\/ADAUSDT: .* The two no longer move together as they did\.$/,
  );

  const plain =
    /The relation has broken: in the newest \d+ bars DOT.* and ADA.* do not move together/;
  assert.match(await textOf(BROKEN), plain);
  const { html, text } = await pairChart(market, { pair: BROKEN }).draw("chart");
  assert.match(text, plain);
  const packet: PairPacket = JSON.parse(/data-packet='([^']*)'/.exec(html)![1]!);
  assert.match(packet.broken, plain);
  assert.doesNotMatch(await textOf(HOLDS), /broken/);
});
