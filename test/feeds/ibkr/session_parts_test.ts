import assert from "node:assert/strict";
import { ClientIds } from "../../../lib/feeds/ibkr/client_ids.ts";
import { ContractSchedule } from "../../../lib/feeds/ibkr/contracts.ts";
import { DelayedForming } from "../../../lib/feeds/ibkr/delayed_forming.ts";
import { MESSAGES_PER_WINDOW, SendQueue, WINDOW_MS } from "../../../lib/feeds/ibkr/send_queue.ts";
import { SilenceWatch } from "../../../lib/feeds/ibkr/silence_watch.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { QUARTERS } from "./fake_venue.ts";

Deno.test("SendQueue keeps order and never exceeds 50 messages a second", async () => {
  const clock = new ManualClock();
  const queue = new SendQueue(clock);
  const sent: { n: number; at: number }[] = [];
  for (let n = 0; n < 100; n++) queue.push(() => sent.push({ n, at: clock.monotonic() }));
  assert.equal(sent.length, MESSAGES_PER_WINDOW, "a burst goes at once");
  await clock.advance(3 * SECOND);
  assert.deepEqual(sent.map(({ n }) => n), Array.from({ length: 100 }, (_, n) => n));
  for (const { at } of sent) {
    assert.ok(sent.filter((s) => s.at > at - SECOND && s.at <= at).length <= 50);
    assert.ok(
      sent.filter((s) => s.at > at - WINDOW_MS && s.at <= at).length <= MESSAGES_PER_WINDOW,
    );
  }
  assert.equal(clock.pending, 0);
});

Deno.test("SendQueue forgets what waits when it is closed", async () => {
  const clock = new ManualClock();
  const queue = new SendQueue(clock);
  let sent = 0;
  for (let n = 0; n < 30; n++) queue.push(() => sent++);
  queue.close();
  queue.push(() => sent++);
  await clock.advance(SECOND);
  assert.equal(sent, MESSAGES_PER_WINDOW);
  assert.equal(clock.pending, 0);
});

Deno.test("SilenceWatch asks again, then checks, and is patient with a quiet market", () => {
  const watch = new SilenceWatch(30, 0);
  assert.equal(watch.judge(29), "fine");
  assert.equal(watch.judge(30), "ask-again");
  watch.askedAgain(30);
  assert.equal(watch.judge(59), "fine");
  assert.equal(watch.judge(60), "check");
  watch.foundQuiet(60);
  assert.equal(watch.judge(119), "fine");
  assert.equal(watch.judge(120), "ask-again");
  watch.heard(120);
  assert.equal(watch.judge(149), "fine");
  assert.equal(watch.judge(150), "ask-again");
  watch.expect(10, 150);
  assert.equal(watch.judge(160), "ask-again");
});

Deno.test("ClientIds draws spare ids in 1000 to 9999 while the own one is held", () => {
  const draws = [0, 0.999_999, 0.5];
  const ids = new ClientIds(17, () => draws.shift()!);
  assert.equal(ids.current(0), 17);
  assert.equal(ids.inUse(17, 0), 1_000);
  assert.equal(ids.current(100), 1_000);
  assert.equal(ids.inUse(1_000, 200), 9_999);
  assert.equal(ids.current(59_999), 9_999);
  assert.equal(ids.current(60_000), 17);
});

Deno.test("ContractSchedule reads an expiry however it is written", () => {
  const [first] = QUARTERS;
  const spellings = ["20261218", "20261218 08:30 US/Central", "20261218-14:30:00"];
  for (const lastTradeDate of spellings) {
    const schedule = new ContractSchedule([{ ...first!, lastTradeDate }], null);
    const front = schedule.at(Date.UTC(2026, 11, 1))!;
    assert.equal(front.expiry, "20261218");
    assert.equal(front.rollAt, Date.UTC(2026, 11, 13, 23));
  }
  const unreadable = new ContractSchedule([{ ...first!, lastTradeDate: "soon" }], null);
  assert.equal(unreadable.at(0), undefined);
});

Deno.test("ContractSchedule follows the front month, in any order of questions", () => {
  const es = QUARTERS.filter(({ symbol }) => symbol === "ES");
  const schedule = new ContractSchedule(es.toReversed(), null);
  const roll = Date.UTC(2025, 11, 14, 23);
  const symbolAt = (time: number) => schedule.at(time)!.future.localSymbol;
  assert.equal(symbolAt(roll), "ESH6");
  assert.equal(symbolAt(roll - 1), "ESZ5");
  assert.equal(symbolAt(roll + MINUTE), "ESH6");
  assert.equal(schedule.at(Date.UTC(2027, 0)), undefined);
});

Deno.test("ContractSchedule takes the contract's published hours before the rule", () => {
  const hours = "20251224:1700-20251225:1600;20251225:CLOSED";
  const earlyClose = "20251209:1700-20251210:1215;20251211:CLOSED;20251211:1700-20251212:1600";
  const calendarOf = (tradingHours: string) =>
    new ContractSchedule([{ ...QUARTERS[0]!, tradingHours }], null).calendar;
  const afternoon = Date.UTC(2025, 11, 10, 20);
  assert.equal(calendarOf("").isOpen(afternoon), true);
  assert.equal(calendarOf(earlyClose).isOpen(afternoon), false);
  assert.equal(calendarOf(earlyClose).isOpen(Date.UTC(2025, 11, 10, 15)), true);
  assert.equal(calendarOf(hours).isOpen(Date.UTC(2025, 11, 25, 12)), true);
});

Deno.test("ContractSchedule takes the hours of a month that does not end before the others", () => {
  const hoursOf: Record<string, string> = {
    ESZ5: "20251218:1700-20251219:0830;20251220:CLOSED;20251221:CLOSED",
    ESH6: "20251218:1700-20251219:1600;20251220:CLOSED;20251221:1700-20251222:1600",
  };
  const listing = QUARTERS.filter(({ localSymbol }) => localSymbol in hoursOf)
    .map((future) => ({ ...future, tradingHours: hoursOf[future.localSymbol]! }));
  const afterExpiry = Date.UTC(2025, 11, 19, 18);
  for (const listed of [listing, listing.toReversed()]) {
    assert.equal(new ContractSchedule(listed, null).calendar.isOpen(afterExpiry), true);
    assert.equal(new ContractSchedule(listed, "202512").calendar.isOpen(afterExpiry), false);
  }
});

Deno.test("DelayedForming makes the minute from price, size and time fields", () => {
  const forming = new DelayedForming();
  const label = { source: "delayed", contract: "ESZ5" } as const;
  const minute = Date.UTC(2025, 11, 3, 15);
  assert.equal(forming.take(68, 100, label), undefined, "no minute is known yet");
  assert.equal(forming.take(88, minute / SECOND + 3, label)!.openTime, minute);
  forming.take(68, 101, label);
  forming.take(71, 4, label);
  const bar = forming.take(68, 99, label)!;
  const { open, high, low, close, volume, closed } = bar;
  assert.deepEqual({ open, high, low, close, volume, closed }, {
    open: 100,
    high: 101,
    low: 99,
    close: 99,
    volume: 4,
    closed: false,
  });
  assert.equal(forming.take(88, minute / SECOND + 61, label)!.open, 99);
  assert.equal(forming.take(68, NaN, label), undefined);
  assert.equal(forming.take(70, 5, label), undefined);
  assert.equal(bar.close, 99, "a bar that was told stays as it was");
});
