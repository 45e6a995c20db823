import assert from "node:assert/strict";
import fc from "fast-check";
import { type Built, MinuteBuilder, type SubBar } from "../../lib/bars/minute_builder.ts";
import { MINUTE } from "../../lib/model/time.ts";

const STEP = 5_000;
const T = Date.UTC(2026, 0, 26, 14, 30);

function sub(part: number, values: Partial<SubBar> = {}): SubBar {
  const price = 100 + part;
  return {
    openTime: T + part * STEP,
    open: price,
    high: price + 0.5,
    low: price - 0.5,
    close: price + 0.25,
    volume: 2,
    trades: 3,
    vwap: price,
    ...values,
  };
}

const minute = Array.from({ length: 12 }, (_, part) => sub(part));
const builder = () => new MinuteBuilder({ source: "simulated", contract: "ESH6" });
const pushAll = (to: MinuteBuilder, bars: readonly SubBar[]): Built[] =>
  bars.map((b) => to.push(b));
const closedIn = (built: readonly Built[]) => built.flatMap((b) => b.closed ?? []);

Deno.test("MinuteBuilder closes a minute with its twelfth sub-bar and not before", () => {
  const built = pushAll(builder(), minute);
  assert.equal(closedIn(built.slice(0, 11)).length, 0);
  assert.equal(built[10]!.forming?.volume, 22);
  assert.deepEqual(built[11], {
    closed: {
      openTime: T,
      open: 100,
      high: 111.5,
      low: 99.5,
      close: 111.25,
      volume: 24,
      trades: 36,
      vwap: 105.5,
      closed: true,
      revision: 0,
      source: "simulated",
      contract: "ESH6",
    },
  });
});

Deno.test("MinuteBuilder makes the same minute whatever order its sub-bars come in", () => {
  const [expected] = closedIn(pushAll(builder(), minute));
  const shuffled = fc.shuffledSubarray(minute, { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(shuffled, fc.array(fc.nat(11), { maxLength: 8, size: "max" }), (order, repeats) => {
      const bars = [...order];
      for (const at of repeats) bars.splice(at + 1, 0, bars[at]!);
      const closed = closedIn(pushAll(builder(), bars));
      assert.deepEqual(closed, [expected]);
    }),
  );
});

Deno.test("MinuteBuilder never closes an incomplete minute and rejects its late sub-bars", () => {
  fc.assert(fc.property(fc.nat(11), (lost) => {
    const made = builder();
    const rest = minute.filter((_, part) => part !== lost);
    const next = minute.map((b) => ({ ...b, openTime: b.openTime + MINUTE }));
    assert.equal(closedIn(pushAll(made, [...rest, next[0]!])).length, 0);
    assert.match(made.push(minute[lost]!).rejected!, /^late: minute 2026-01-26 14:31:00 UTC/);
    assert.equal(closedIn(pushAll(made, next.slice(1)))[0]?.openTime, T + MINUTE);
  }));
});

Deno.test("MinuteBuilder replaces a sub-bar by other values while the minute is open", () => {
  const made = builder();
  pushAll(made, minute.slice(0, 11));
  assert.equal(made.push(sub(4, { volume: 20 })).forming?.volume, 40);
  assert.equal(made.push(minute[11]!).closed?.volume, 42);
});

Deno.test("MinuteBuilder ignores repeats of a closed minute and rejects other values", () => {
  const made = builder();
  pushAll(made, minute);
  assert.deepEqual(made.push(minute[3]!), {});
  assert.match(made.push(sub(3, { volume: 9 })).rejected!, /14:30:00 UTC is closed already/);
});

Deno.test("MinuteBuilder takes filler as present but lets it set no price", () => {
  const filler = { open: 90, high: 90, low: 90, close: 90, volume: 0, trades: 0, vwap: 0 };
  const bars = minute.map((b, part) => part === 0 || part === 11 ? { ...b, ...filler } : b);
  const [closed] = closedIn(pushAll(builder(), bars));
  const { open, low, close, volume, trades, vwap } = closed!;
  assert.deepEqual([open, low, close, volume, trades, vwap], [101, 100.5, 110.25, 20, 30, 105.5]);
});

Deno.test("MinuteBuilder leaves a minute without any trade to history", () => {
  const filler = { open: 90, high: 90, low: 90, close: 90, volume: 0 };
  assert.deepEqual(
    pushAll(builder(), minute.map((b) => ({ ...b, ...filler }))),
    Array(12).fill({}),
  );
});

Deno.test("MinuteBuilder sums volume in time order, to the last bit", () => {
  const volumes = [0.1, 0.2, 0.3, 1e9, 0.7, 1e-9, 3.3, 0.1, 0.1, 0.1, 5.5, 2.2];
  const bars = minute.map((b, part) => ({ ...b, volume: volumes[part]! }));
  const [closed] = closedIn(pushAll(builder(), bars.toReversed()));
  assert.equal(closed!.volume, volumes.reduce((sum, volume) => sum + volume, 0));
});

Deno.test("MinuteBuilder gives trades and vwap only where every sub-bar has them", () => {
  const bars = minute.map(({ trades: _, ...b }, part) => part === 5 ? { ...b, vwap: NaN } : b);
  const [closed] = closedIn(pushAll(builder(), bars));
  assert.ok(!("trades" in closed!) && !("vwap" in closed!));
});

Deno.test("MinuteBuilder rejects what cannot be believed, with the reason", () => {
  const made = builder();
  const reasons = [
    [sub(0, { openTime: T + 1 }), /not a whole multiple of 5000 ms/],
    [sub(0, { high: 1 }), /high 1 is below low/],
    [sub(0, { close: NaN }), /close is not a number/],
    [sub(0, { volume: -1 }), /volume -1 must be 0 or more/],
  ] as const;
  for (const [bar, reason] of reasons) assert.match(made.push(bar).rejected!, reason);
  assert.equal(closedIn(pushAll(made, minute)).length, 1, "and goes on as if nothing had come");
});
