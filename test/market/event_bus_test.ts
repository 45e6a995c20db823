import assert from "node:assert/strict";
import { EventBus } from "../../lib/market/event_bus.ts";
import { FaultBook } from "../../lib/market/fault_book.ts";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import type { Log } from "../../lib/runtime/log.ts";
import { silentLog } from "../../lib/runtime/log.ts";

function trade(price: number): MarketEvent {
  return { kind: "trade", instrument: "ES", time: 1, price, size: 1, receivedAt: 1 } as MarketEvent;
}

function priceOf(event: MarketEvent): number {
  return event.kind === "trade" ? event.price : NaN;
}

function busOf(log: Log = silentLog) {
  const faults = new FaultBook({ log, now: () => 7, role: "listener" });
  return { faults, bus: new EventBus(faults) };
}

Deno.test("EventBus goes on to the other listeners when one throws, whatever it throws", async () => {
  const lines: string[] = [];
  const { faults, bus } = busOf({ ...silentLog, error: (message) => void lines.push(message) });
  const seen: number[] = [];
  const thrown = [
    new Error("no"),
    "text",
    undefined,
    null,
    { toString: () => assert.fail("unprintable") },
    Object.create(null),
  ];
  bus.listen(function broken(event) {
    throw thrown[priceOf(event)];
  });
  bus.listen(() => Promise.reject(new Error("later")), "async");
  bus.listen(() => ({
    then: () => {
      throw new Error("a thenable that throws");
    },
  } as unknown as Promise<void>), "thenable");
  bus.listen((event) => void seen.push(priceOf(event)));
  for (let price = 0; price < thrown.length; price++) bus.emit(trade(price));
  for (let price = 0; price < thrown.length; price++) bus.emit(trade(price));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
  const counts = Object.fromEntries(faults.list.map((f) => [`${f.name}: ${f.message}`, f.count]));
  assert.deepEqual(counts, {
    "broken: no": 2,
    "broken: text": 2,
    "broken: undefined": 2,
    "broken: null": 2,
    "broken: an error that cannot be shown": 4,
    "async: later": 12,
    "thenable: a thenable that throws": 12,
  });
  assert.equal(lines.length, 7, "each cause is logged once");
  assert.ok(faults.list.every(({ lastAt }) => lastAt === 7));
});

Deno.test("EventBus goes on when the log it reports to throws", () => {
  const { faults, bus } = busOf({
    ...silentLog,
    error: () => {
      throw new Error("disk full");
    },
  });
  bus.listen(() => {
    throw new Error("no");
  });
  bus.emit(trade(1));
  assert.equal(faults.list[0]!.count, 1);
});

Deno.test("EventBus lets a listener leave while it is called, and remove one that comes after it", () => {
  const { bus } = busOf();
  const seen: string[] = [];
  const leave = bus.listen(() => {
    seen.push("once");
    leave();
    removeLast();
  });
  bus.listen(() => void seen.push("stays"));
  const removeLast = bus.listen(() => void seen.push("removed"));
  bus.emit(trade(1));
  bus.emit(trade(2));
  assert.deepEqual(seen, ["once", "stays", "stays"]);
});

Deno.test("EventBus gives a listener that was added during an event the next one, and does not loop", () => {
  const { bus } = busOf();
  let added = 0;
  const add = () => {
    bus.listen(() => {
      added++;
      add();
    });
  };
  add();
  bus.emit(trade(1));
  assert.equal(added, 1);
  bus.emit(trade(2));
  assert.equal(added, 3);
});

Deno.test("EventBus counts one function that is registered twice as two listeners", () => {
  const { bus } = busOf();
  let calls = 0;
  const listener = () => void calls++;
  const leave = bus.listen(listener);
  bus.listen(listener);
  bus.emit(trade(1));
  leave();
  leave();
  bus.emit(trade(2));
  assert.equal(calls, 3);
});

Deno.test("EventBus keeps one order for all when a listener causes an event while it is called", async () => {
  const { bus } = busOf();
  const late: number[] = [];
  const queue = bus.queue();
  bus.listen((event) => {
    if (priceOf(event) === 1) bus.emit(trade(2));
  });
  bus.listen((event) => void late.push(priceOf(event)));
  bus.emit(trade(1));
  bus.emit(trade(3));
  bus.close();
  const read = (await Array.fromAsync(queue)).map(priceOf);
  assert.deepEqual([late, read], [[1, 2, 3], [1, 2, 3]]);
});

Deno.test("EventBus counts what slow readers missed, also of those who have left", async () => {
  const { bus } = busOf();
  const slow = bus.queue(), quick = bus.queue();
  for (let i = 0; i < 5_100; i++) {
    bus.emit(trade(i));
    await quick.next();
  }
  assert.deepEqual([bus.dropped, bus.waiting], [100, 5_000]);
  await slow.return();
  assert.deepEqual([bus.dropped, bus.waiting], [100, 0]);
  bus.close();
  assert.equal((await quick.next()).done, true);
  assert.equal((await bus.queue().next()).done, true);
});

Deno.test("EventBus calls nobody once it is closed, and refuses what is no function", () => {
  const { bus } = busOf();
  let calls = 0;
  bus.listen(() => void calls++);
  bus.close();
  bus.listen(() => void calls++);
  bus.emit(trade(1));
  assert.equal(calls, 0);
  assert.throws(() => bus.listen("no" as unknown as () => void), TypeError);
});
