import assert from "node:assert/strict";
import { StudyRefresh } from "../../lib/notebook/study_refresh.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";

const FIVE = 5 * MINUTE;

/** A study of which each making waits in a queue and then takes its own time, on a clock that stands still else. */
class Bench {
  now = 0;
  to = 0;
  bars = 1_000;
  made = 0;
  constructor(readonly queueMs: number, readonly ownMs: number) {}

  refresh(saysOwn: boolean): StudyRefresh<number> {
    return new StudyRefresh({
      clock: { ...systemClock, monotonic: () => this.now },
      everyMs: FIVE,
      data: () => ({ to: this.to, bars: this.bars }),
      make: (onTook) => {
        this.now += this.queueMs + this.ownMs;
        if (saysOwn) onTook(this.ownMs);
        return Promise.resolve(++this.made);
      },
    });
  }
}

async function consider(refresh: StudyRefresh<number>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  refresh.consider(resolve);
  await Promise.race([promise, new Promise((done) => setTimeout(done, 5))]);
}

Deno.test("a study is made again after a bar, and rests ten times its own time, not its wait for others", async () => {
  const bench = new Bench(4_000, 300), refresh = bench.refresh(true);
  await consider(refresh);
  assert.equal(refresh.result, 1);
  bench.to += FIVE;
  // Begun at 0: due again at 3 s of its own time, which the wait has taken already.
  await consider(refresh);
  assert.equal(refresh.result, 2);
  const slow = new Bench(4_000, 300), plain = slow.refresh(false);
  await consider(plain);
  slow.to += FIVE;
  await consider(plain);
  assert.equal(plain.result, 1, "without its own time the whole wait counts");
  slow.now = 43_000;
  await consider(plain);
  assert.equal(plain.result, 2);
});

Deno.test("a study is not made again within a bar unless history has grown by more than 1 %", async () => {
  const bench = new Bench(0, 10), refresh = bench.refresh(true);
  await consider(refresh);
  bench.now += 60_000;
  bench.to += 2 * MINUTE;
  bench.bars += 4;
  await consider(refresh);
  assert.equal(refresh.result, 1);
  bench.bars += 20;
  await consider(refresh);
  assert.equal(refresh.result, 2);
});
