/** How long after the closing of a minute its webhook is accepted: on the embedded market, at real speed. */
import assert from "node:assert/strict";
import { startAlertReceiver } from "../../lib/alerts/receiver.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { say } from "../support/say.ts";

const MINUTES = 4;
/** Each says something at each closed minute. */
const RULES = 25;

Deno.test("an alert's webhook is accepted soon after its minute has closed", async () => {
  await using receiver = await startAlertReceiver();
  const rules = Array.from({ length: RULES }, (_, i) => ({
    name: `every-minute-${i}`,
    metric: "price",
    of: "BTCUSDT",
    fire: "above 0",
    repeat: "1m",
    notify: ["local"],
  }));
  const market = await openMarket({
    source: "simulated",
    data: { backfillHours: 1 },
    alerts: { rules, channels: { local: receiver.channel } },
  });
  /** Local wall clock at which the minute that ends at this venue time closed. */
  const closedAt = (time: number) => time + Date.now() - market.venueTime;
  const delays: number[] = [];
  const byBar: number[] = [];
  const made = new Map<number, number>();
  market.onEvent((event) => {
    if (event.kind === "minute" && event.revision === 0) {
      made.set(event.openTime + 60_000, event.receivedAt);
    }
  });
  let read = 0;
  const deadline = performance.now() + (MINUTES + 2) * 60_000;
  while (read < MINUTES * RULES && performance.now() < deadline) {
    for (; read < receiver.received.length; read++) {
      const { body, at, isSigned } = receiver.received[read]!;
      assert.ok(isSigned);
      delays.push(at - closedAt(body.time));
      byBar.push(at - made.get(body.time)!);
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  await market.close();
  assert.ok(delays.length >= MINUTES * RULES, `${delays.length} webhooks came`);
  const quantile = (values: number[], p: number) =>
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))]!;
  const text = (values: number[]) =>
    [0.5, 0.99].map((p) => `p${100 * p} ${Math.round(quantile(values, p))} ms`).join(", ");
  say(`${delays.length} webhooks over ${MINUTES} minutes, ${RULES} of each minute:`);
  say(`from the end of the venue's minute to the accepted webhook: ${text(delays)}`);
  say(`from the minute's result to the accepted webhook: ${text(byBar)}`);
});
