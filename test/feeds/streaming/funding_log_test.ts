import assert from "node:assert/strict";
import { FundingLog } from "../../../lib/feeds/streaming/funding_log.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";

const DAY_0 = Date.UTC(2026, 0, 12);
const at = (hour: number) => DAY_0 + hour * HOUR;
const paid = (...hours: number[]) =>
  hours.map((hour) => ({ time: at(hour), rate: 1e-4, markPrice: null }));
const estimate = (time: number, nextHour: number, rate = 1e-4) => ({
  time,
  markPrice: 100,
  indexPrice: 100,
  rate,
  nextTime: at(nextHour),
});

function logged() {
  const events: FeedEvent[] = [];
  const emit = (event: FeedEvent) => void events.push(event);
  return { log: new FundingLog({ id: "X", clock: systemClock, emit }), events };
}

Deno.test("a funding log misses what fell due by the pace of payments, and what was announced", () => {
  const { log } = logged();
  log.takePayments(paid(-16, -8, 0, 8));
  assert.equal(log.missing(at(15)), undefined);
  assert.equal(log.missing(at(16) + 1), at(16));
  // The venue pays every four hours from now on: its next time says so before any payment.
  log.takeEstimate(estimate(at(9), 12));
  log.takeEstimate(estimate(at(12) + SECOND, 16));
  assert.equal(log.missing(at(12) + MINUTE), at(12));
  log.takePayments(paid(12));
  assert.equal(log.missing(at(12) + MINUTE), undefined);
});

Deno.test("a funding log does not ask for ever for what is older than a day", () => {
  const { log } = logged();
  log.takePayments([...paid(-40, -32), ...paid(-16, -8, 0, 8)]);
  assert.equal(log.missing(at(8) + 1), undefined);
});

Deno.test("a funding log emits what is new, estimates once a minute, and none that came late", () => {
  const { log, events } = logged();
  log.takePayments(paid(0, 8));
  assert.equal(log.takePayments(paid(8)), false);
  log.takePayments(paid(8, 16));
  const lists = events.map((event) => event.kind === "funding-payments" && event.payments.length);
  assert.deepEqual(lists, [2, 1]);
  const said = () => events.filter(({ kind }) => kind === "funding-estimate").length;
  for (let second = 0; second < 120; second += 3) {
    log.takeEstimate(estimate(at(17) + second * SECOND, 24));
  }
  assert.equal(said(), 2);
  log.takeEstimate(estimate(at(17) + 121 * SECOND, 24, 2e-4));
  assert.equal(said(), 3, "a rate that changed is said at once");
  log.takeEstimate(estimate(at(17) + 120 * SECOND, 24, 3e-4));
  assert.equal(said(), 3, "an older message says nothing");
});
