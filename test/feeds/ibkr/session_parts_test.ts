import assert from "node:assert/strict";
import { productOf } from "../../../lib/calendar/products.ts";
import { ClientIds } from "../../../lib/feeds/ibkr/client_ids.ts";
import { ClockProbe } from "../../../lib/feeds/ibkr/clock_probe.ts";
import { ContractSchedule } from "../../../lib/feeds/ibkr/contracts.ts";
import { DelayedForming } from "../../../lib/feeds/ibkr/delayed_forming.ts";
import { MESSAGES_PER_WINDOW, SendQueue, WINDOW_MS } from "../../../lib/feeds/ibkr/send_queue.ts";
import { SilenceWatch } from "../../../lib/feeds/ibkr/silence_watch.ts";
import { paceOf } from "../../../lib/feeds/pace.ts";
import { VenueClock } from "../../../lib/feeds/venue_clock.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { QUARTERS } from "./fake_venue.ts";

const ES = productOf("ES");

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
  watch.received(120);
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
    const schedule = new ContractSchedule(ES, [{ ...first!, lastTradeDate }], null);
    const front = schedule.at(Date.UTC(2026, 11, 1))!;
    assert.equal(front.lastTradeDate, "20261218");
    assert.equal(front.rollAt, Date.UTC(2026, 11, 13, 23));
  }
  const untold = { ...first!, lastTradeDate: "soon", contractMonth: "" };
  assert.equal(new ContractSchedule(ES, [untold], null).at(0), undefined);
});

Deno.test("ContractSchedule goes by the contract month where no last trade date is told", () => {
  const [first] = QUARTERS;
  const told = ["", "202612", " "].map((lastTradeDate) => {
    const listed = { ...first!, lastTradeDate, contractMonth: "202612" };
    return new ContractSchedule(ES, [listed], null).at(Date.UTC(2026, 11, 1))?.lastTradeDate;
  });
  assert.deepEqual(told, ["20261218", "20261218", "20261218"]);
  const raw = { ...first!, lastTradeDate: "202612", contractMonth: "" };
  assert.equal(new ContractSchedule(ES, [raw], null).at(0)?.lastTradeDate, "20261218");
});

Deno.test("ContractSchedule takes only its product's class and multiplier, and a contract listed twice once", () => {
  const es = QUARTERS.filter(({ symbol }) => symbol === "ES");
  const minis = es.map((future) => ({
    ...future,
    contractId: future.contractId - 50,
    localSymbol: `M${future.localSymbol}`,
    tradingClass: "MES",
    multiplier: 5,
  }));
  const near = Date.UTC(2025, 11, 10);
  for (const listing of [[...es, ...minis], [...minis, ...es], [...es, ...es, ...minis]]) {
    const schedule = new ContractSchedule(ES, listing, null);
    const symbols = schedule.contenders(near).map(({ future }) => future.localSymbol);
    assert.deepEqual(symbols, ["ESZ5", "ESH6"]);
  }
});

Deno.test("ContractSchedule follows the front month, in any order of questions", () => {
  const es = QUARTERS.filter(({ symbol }) => symbol === "ES");
  const schedule = new ContractSchedule(ES, es.toReversed(), null);
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
    new ContractSchedule(ES, [{ ...QUARTERS[0]!, tradingHours }], null).calendar;
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
    assert.equal(new ContractSchedule(ES, listed, null).calendar.isOpen(afterExpiry), true);
    assert.equal(new ContractSchedule(ES, listed, "202512").calendar.isOpen(afterExpiry), false);
  }
});

Deno.test("DelayedForming makes the minute from price, size and time fields", () => {
  const forming = new DelayedForming();
  const label = { source: "delayed", contract: "ESZ5" } as const;
  const minute = Date.UTC(2025, 11, 3, 15);
  assert.equal(forming.take(68, 100, label, Infinity), undefined, "no minute is known yet");
  assert.equal(forming.take(88, minute / SECOND + 3, label, Infinity)!.openTime, minute);
  forming.take(68, 101, label, Infinity);
  forming.take(71, 4, label, Infinity);
  const bar = forming.take(68, 99, label, Infinity)!;
  const { open, high, low, close, volume, closed } = bar;
  assert.deepEqual({ open, high, low, close, volume, closed }, {
    open: 100,
    high: 101,
    low: 99,
    close: 99,
    volume: 4,
    closed: false,
  });
  assert.equal(forming.take(88, minute / SECOND + 61, label, Infinity)!.open, 99);
  assert.equal(forming.take(68, NaN, label, Infinity), undefined);
  assert.equal(forming.take(70, 5, label, Infinity), undefined);
  assert.equal(bar.close, 99, "a bar that was told stays as it was");
});

function probeRig() {
  const clock = new ManualClock(0);
  const venueClock = new VenueClock(clock);
  const asked: number[] = [];
  const ask = () => void asked.push(clock.monotonic());
  const probe = new ClockProbe({ clock, pace: paceOf(1), venueClock, ask });
  /** Ticks each second; gives the first word that the answer is overdue. */
  const run = async (seconds: number, each: () => void = () => {}) => {
    for (let i = 0; i < seconds; i++) {
      const overdueMs = probe.tick();
      if (overdueMs !== undefined) return overdueMs;
      await clock.advance(SECOND);
      each();
    }
    return undefined;
  };
  return { clock, venueClock, probe, asked, run };
}

Deno.test("ClockProbe calls a connection half-open when neither an answer nor anything else comes", async () => {
  const { probe, asked, run } = probeRig();
  assert.equal(await run(4), undefined);
  probe.answered(Date.UTC(2025, 11, 3));
  assert.equal(await run(30), 5 * SECOND);
  assert.deepEqual(asked, [0, 10 * SECOND], "asked every ten seconds");
});

Deno.test("ClockProbe blames no venue for a pause of this machine, before the answer was read", async () => {
  const { clock, probe, run } = probeRig();
  assert.equal(probe.tick(), undefined, "it asks");
  await clock.advance(8 * SECOND);
  assert.equal(probe.tick(), undefined, "the answer lies in the socket");
  probe.answered(Date.UTC(2025, 11, 3));
  assert.equal(await run(5), undefined);
  const gone = probeRig();
  gone.probe.tick();
  await gone.clock.advance(8 * SECOND);
  assert.equal(gone.probe.tick(), undefined);
  await gone.clock.advance(SECOND);
  assert.equal(gone.probe.tick(), 9 * SECOND, "none was there");
});

Deno.test("ClockProbe takes a venue that sends data and no time for busy, for a minute", async () => {
  const busy = probeRig();
  assert.equal(await busy.run(59, () => busy.probe.received()), undefined);
  assert.equal(await busy.run(5, () => busy.probe.received()), 60 * SECOND);
  const gone = probeRig();
  await gone.run(12, () => gone.probe.received());
  assert.ok((await gone.run(10))! >= 15 * SECOND, "then it says nothing at all");
  const back = probeRig();
  await back.run(8, () => back.probe.received());
  const venueTime = Date.UTC(2025, 11, 3);
  back.probe.answered(venueTime);
  const { venueClock } = back;
  assert.equal(venueClock.atLeast(), venueTime);
  assert.ok(
    venueClock.estimate() + venueClock.uncertaintyMs() >= venueTime + 8 * SECOND,
    "of either",
  );
  assert.equal(await back.run(9), undefined);
});
