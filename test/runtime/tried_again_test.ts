import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { triedAgain } from "../../lib/runtime/tried_again.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { ManualClock } from "../support/manual_clock.ts";

Deno.test("what may pass is tried again with growing waits, and said once", async () => {
  const clock = new ManualClock(), at: number[] = [], said: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void said.push(message) };
  const trying = triedAgain(() => {
    at.push(clock.monotonic());
    if (at.length < 4) throw new MarketError("away", "retry", "It is away.");
    return Promise.resolve("there");
  }, { clock, log, forMs: Infinity });
  for (let turn = 0; turn < 10; turn++) await clock.advance(1_000);
  assert.equal(await trying, "there");
  assert.deepEqual(at.map((time) => time - at[0]!), [0, 1_000, 3_000, 7_000]);
  assert.deepEqual(said, ["It is away."]);
  assert.equal(clock.pending, 0);
});

Deno.test("it ends with the last failure when the time is over, at once where nothing passes, and when it is stopped", async () => {
  const clock = new ManualClock();
  const failing = (remedy: "retry" | "configure", forMs: number, signal?: AbortSignal) => {
    const work = () => Promise.reject(new MarketError("x", remedy, "No."));
    const result = triedAgain(work, { clock, log: silentLog, forMs, signal });
    return result.then(() => "", (error) => error.message);
  };
  assert.equal(await failing("configure", Infinity), "No.");
  const late = failing("retry", 2_500);
  await clock.advance(2_400);
  assert.equal(clock.pending, 1);
  await clock.advance(200);
  assert.equal(await late, "No.");
  const stop = new AbortController();
  const stopped = failing("retry", Infinity, stop.signal);
  await clock.advance(500);
  stop.abort(new Error("stopped"));
  assert.equal(await stopped, "stopped");
  assert.equal(clock.pending, 0);
});
