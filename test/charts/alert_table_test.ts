import assert from "node:assert/strict";
import { alertTable, type AlertTableOptions } from "../../lib/charts/alert_table.ts";
import { severitySign, stateSign } from "../../lib/charts/alert_signs.ts";
import { DARK, LIGHT } from "../../lib/charts/theme.ts";
import { ALERT_TABLE, FIRED_AT } from "./alert_samples.ts";

Deno.test("every state and severity has a sign of its own, besides its colour", () => {
  const states = ["inactive", "pending", "firing", "recovering", "unknown", "resolved"] as const;
  const severities = ["info", "minor", "major", "critical"] as const;
  for (const theme of [DARK, LIGHT]) {
    const texts = [
      ...states.map((state) => stateSign(state, theme).text),
      ...severities.map((severity) => severitySign(severity, theme).text),
    ];
    assert.equal(new Set(texts.map((text) => text.split(" ")[0])).size, texts.length);
  }
});

Deno.test("the table says where rules stand and what fired, with absolute times and evidence", () => {
  const { text, html } = alertTable(ALERT_TABLE);
  assert.match(
    text,
    /▲ firing +apart +0\.12 +below 0\.2 for 2m, until above 0\.4 +58 of 60 +14:00:00 UTC +!! major/,
  );
  assert.match(text, /correlation of BTCUSDT\/ES, 1m, window 60/);
  assert.match(text, /\? unknown: stale .*known to 13:50:00 UTC/);
  assert.match(text, /muted until 2026-01-01 00:00:00 UTC/);
  assert.match(
    text,
    /✓ resolved +wide +2025-12-03 14:02:00 UTC +2\.41 +2 +60 of 60 +14:09:00 UTC, after 7m/,
  );
  assert.match(text, /desk: delivered 14:02:01 UTC/);
  assert.match(text, /simulated/);
  assert.match(text, /… 3 more that are inactive/);
  assert.ok(text.includes('market.alerts.mute("apart", "1h")'), text);
  assert.ok(html.includes("market.alerts.mute(&quot;apart&quot;, &quot;1h&quot;)"));
  assert.ok(!/undefined|NaN|\bago\b/.test(text), text);
});

Deno.test("a market without rules says how to arm one", () => {
  const empty: AlertTableOptions = { ...ALERT_TABLE, rules: [], alerts: [], otherRules: 0 };
  const { text, html } = alertTable(empty);
  assert.match(text, /No rule is armed: armAlerts\(market/);
  assert.ok(!html.includes("mute("));
});

Deno.test("hostile names and texts stay text, in time that grows with their length", () => {
  const hostile = `"><script>alert(1)</script>'&\u2028`.repeat(2_000);
  const timed = (length: number) => {
    const text = hostile.slice(0, length);
    const [rule] = ALERT_TABLE.rules, [alert] = ALERT_TABLE.alerts;
    const before = performance.now();
    const { html } = alertTable({
      ...ALERT_TABLE,
      rules: [{ ...rule!, rule: text, watches: text, reason: text, value: text, condition: text }],
      alerts: [{ ...alert!, rule: text, of: text, receipts: [text], source: text }],
      source: text,
    });
    assert.ok(!html.includes("<script"), html.slice(0, 200));
    assert.ok(!/ on\w+=/.test(html));
    return performance.now() - before;
  };
  timed(1_000);
  assert.ok(timed(60_000) < 2_000, "60,000 characters take far less than two seconds");
  assert.equal(FIRED_AT, ALERT_TABLE.alerts[0]!.firedAt);
});
