import assert from "node:assert/strict";
import { armAlerts } from "../../../lib/alerts/open_alerts.ts";
import type { AlertPacket } from "../../../lib/charts/alert_view.ts";
import type { Market } from "../../../lib/market/market.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { alertPanel } from "../../../lib/notebook/panels/alert_panel.ts";
import {
  chartAlerts,
  pairAlerts,
  receiptTexts,
  storiesOf,
  watchesText,
} from "../../../lib/notebook/panels/alert_rows.ts";
import { correlationChart } from "../../../lib/notebook/panels/correlation_chart.ts";
import { priceChart } from "../../../lib/notebook/panels/price_chart.ts";
import { studiedText } from "../../../lib/charts/rehearsal_text.ts";
import { parseRule } from "../../../lib/alerts/rule.ts";
import { sleep, systemClock } from "../../../lib/runtime/clock.ts";
import { BITCOIN, ES, fakeMarket } from "../../support/fake_market.ts";

const ALWAYS = {
  name: "always",
  metric: "price",
  of: "BTCUSDT",
  fire: "above 1",
  severity: "major",
};
const NEVER = { name: "never", metric: "price", of: "ES", fire: "below 1", clear: "above 2" };

async function marketWith(rules: readonly object[]): Promise<Market> {
  const overrides = {
    source: "simulated" as const,
    clock: { speed: 240 },
    data: { backfillHours: 2 },
  };
  const market = await openMarket({}, { config: parseConfig({ overrides }) });
  armAlerts(market, rules);
  return market;
}

async function untilFired(market: Market): Promise<void> {
  for (let i = 0; i < 500 && market.alerts!.history.length === 0; i++) await sleep(systemClock, 20);
  assert.equal(market.alerts!.history.length, 1);
}

function packetOf(html: string): AlertPacket {
  const [, json] = /data-packet='([^']*)'/.exec(html)!;
  return JSON.parse(
    json!.replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&amp;", "&"),
  );
}

Deno.test("alertPanel shows rules and alerts of a market, and brings the page its alerts", async () => {
  await using market = await marketWith([NEVER, ALWAYS]);
  await untilFired(market);
  const panel = alertPanel(market);
  const mount = await panel.mount!("id");
  assert.match(mount.html, /^<comove-alerts [^>]*data-id="id"/);
  const { html, text } = await panel.draw("id");
  assert.match(text, /▲ firing +always .*\n. (inactive|unknown: \w+) +never/, text);
  assert.match(text, /price of BTCUSDT, 1m/);
  assert.match(text, /below 1, until above 2/);
  assert.match(text, /market\.alerts\.mute\("always", "1h"\)/);
  const { alerts, run } = packetOf(html);
  assert.deepEqual(alerts.map(({ rule, kind, severity }) => [rule, kind, severity]), [
    ["always", "firing", "major"],
  ]);
  assert.ok(html.length < 60_000);
  assert.equal(packetOf((await alertPanel(market).draw("other")).html).run, run);

  market.alerts!.mute("always", "1h");
  assert.match((await panel.draw("id")).text, /muted until \d{4}-/);
});

Deno.test("alertPanel shows rules as soon as they watch, are replaced and are taken away", async () => {
  const { market } = fakeMarket([BITCOIN, ES]);
  const panel = alertPanel(market);
  const events: (readonly string[])[] = [];
  market.onEvent((event) => void (event.kind === "rules" && events.push(event.rules)));
  let changes = 0;
  const stop = panel.subscribe(() => changes++);
  armAlerts(market, [NEVER]);
  assert.equal(changes, 1);
  assert.match((await panel.draw("id")).text, /never/);
  armAlerts(market, [NEVER, ALWAYS]);
  armAlerts(market, []);
  assert.equal(changes, 3);
  assert.deepEqual(events, [["never"], ["never", "always"], []]);
  assert.doesNotMatch((await panel.draw("id")).text, /never/);
  stop();
  await market.close();
});

Deno.test("alertPanel of another market is another run, and its options are checked", async () => {
  await using one = await marketWith([ALWAYS]);
  await using two = await marketWith([]);
  const runs = await Promise.all(
    [one, two].map(async (market) => packetOf((await alertPanel(market).draw("id")).html).run),
  );
  assert.notEqual(runs[0], runs[1]);
  assert.match((await alertPanel(two).draw("id")).text, /No rule is armed/);
  for (const rows of [0, 1.5, 101, NaN]) {
    assert.throws(
      () => alertPanel(two, { rows }),
      /rows of alertPanel must be a whole number from 1/,
    );
  }
  assert.throws(() => alertPanel(two, { row: 3 } as object), /did you mean rows\?/);
});

Deno.test("changes of one alert are one story, also where its beginning is forgotten", () => {
  const body = {
    id: "a/b/1",
    rule: "a",
    metric: "price",
    of: "b",
    severity: "minor",
    state: "firing",
    value: 1,
    threshold: 1,
    n: 1,
    expected: 1,
    time: 5,
    utc: "",
    since: 1,
    source: "live",
    message: "",
  } as const;
  const stories = storiesOf([
    { kind: "firing", body, notify: [] },
    { kind: "firing", body: { ...body, id: "other/b/1" }, notify: [] },
    { kind: "repeat-1", body, notify: [] },
    { kind: "resolved", body: { ...body, state: "resolved", time: 9 }, notify: [] },
    { kind: "resolved", body: { ...body, id: "old/b/1", state: "resolved" }, notify: [] },
  ]);
  assert.deepEqual(
    stories.map(({ id, fired, newest, repeats }) => [id, fired?.body.time, newest.kind, repeats]),
    [
      ["a/b/1", 5, "resolved", 1],
      ["other/b/1", 5, "firing", 0],
      ["old/b/1", undefined, "resolved", 0],
    ],
  );
  assert.deepEqual(chartAlerts([{ kind: "firing", body, notify: [] }], "b"), [
    { rule: "a", severity: "minor", from: 5, to: null },
  ]);
  assert.deepEqual(chartAlerts([{ kind: "firing", body, notify: [] }], "other"), []);
  const ofPair = { kind: "firing", body: { ...body, of: "x/y" }, notify: [] } as const;
  for (const pair of ["x/y", "y/x"]) assert.equal(pairAlerts([ofPair], pair).length, 1);
  assert.deepEqual(pairAlerts([ofPair], "x/z"), []);
});

Deno.test("pictures of prices and correlations that the kernel draws mark the alerts of their instruments", async () => {
  const pair = { name: "pair", metric: "correlation", of: "BTCUSDT/ES", fire: "above -2" };
  await using market = await marketWith([ALWAYS, pair]);
  const firedOf = () => new Set(market.alerts!.history.map(({ body }) => body.rule)).size;
  for (let i = 0; i < 500 && firedOf() < 2; i++) await sleep(systemClock, 20);
  const prices = await priceChart(market, { instruments: ["BTCUSDT", "NQ"] }).draw("prices");
  assert.match(prices.text, /BTC.*Alert always fired .* goes on\. Alert pair fired .*NQ/);
  assert.doesNotMatch(prices.text, /NQ.*Alert/);
  const parts = correlationChart(market, { pair: "BTCUSDT/ES" }).parts!;
  const still = await parts.find(({ name }) => name === "still")!.draw("still")!;
  assert.match(still.text, /Alert pair fired/);
  assert.doesNotMatch(still.text, /Alert always/);
});

Deno.test("a rule is said in words", () => {
  const scope = { instruments: [{ id: "ES", kind: "future", venue: "ibkr" }] as const };
  const rule = (given: object) =>
    parseRule({ name: "r", metric: "price", of: "ES", fire: "above 1", ...given }, scope);
  assert.equal(studiedText(rule({})), "above 1");
  assert.equal(studiedText(rule({ keepFiringFor: "5m" })), "above 1, until not for 5m");
  assert.equal(
    studiedText(rule({ for: "3m", clear: "below 0.5", keepFiringFor: "5m" })),
    "above 1 for 3m, until below 0.5 for 5m",
  );
  const change = rule({ metric: "change", window: 15, during: "us" });
  assert.equal(watchesText(change), "change of ES, 1m, window 15, during us");
});

Deno.test("what became of each message is said by channel", () => {
  const at = Date.UTC(2026, 0, 2, 14, 2, 1);
  const receipt = {
    alert: "a/b/1",
    channel: "desk",
    change: "firing",
    state: "delivered",
    attempts: 1,
    at,
    nextAt: null,
    text: "HTTP 200",
  } as const;
  const texts = receiptTexts([
    receipt,
    {
      ...receipt,
      channel: "phone",
      state: "waiting",
      attempts: 2,
      nextAt: at + 4_000,
      text: "429",
    },
    { ...receipt, channel: "mail", state: "failed", text: "wrong password" },
    { ...receipt, change: "resolved", state: "perhaps", text: "" },
    { ...receipt, alert: "other" },
  ]);
  assert.deepEqual(texts.get("a/b/1"), [
    "desk: firing delivered 14:02:01 UTC",
    "phone: firing waiting 14:02:01 UTC after 2 attempts, next attempt 14:02:05 UTC: 429",
    "mail: firing failed 14:02:01 UTC: wrong password",
    "desk: resolved perhaps delivered 14:02:01 UTC",
  ]);
  assert.equal(texts.get("other")!.length, 1);
});
