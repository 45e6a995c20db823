import assert from "node:assert/strict";
import { SeededRandom } from "../../../lib/simulator/seeded_random.ts";
import { DECODERS } from "./decoders.ts";
import { type Frame } from "./decoder.ts";
import { fuzz } from "./fuzz.ts";
import { mutateText } from "./mutate.ts";

const FRAMES = 10_000;

for (const make of DECODERS) {
  const decoder = make();
  Deno.test(`no mutated frame makes the decoder throw or hang: ${decoder.name}`, () => {
    const { fates, thrown, slowestMs, received } = fuzz(decoder, FRAMES, 1);
    assert.deepEqual(thrown, []);
    assert.equal(fates.accepted + fates.ignored + fates.rejected, received);
    assert.ok(fates.rejected + fates.ignored > FRAMES / 100, "hardly any frame was spoilt");
    assert.ok(fates.accepted > 0, "every frame was spoilt beyond use");
    // The bound of 50 ms is for the command, which runs alone; here other tests share the processor.
    assert.ok(slowestMs <= 2_000, `a frame took ${slowestMs} ms`);
  });
}

Deno.test("mutateText repeats itself for a seed and changes most texts", () => {
  const texts = ["[1,2,3]", `{"a":"b"}`];
  const draw = () => {
    const random = new SeededRandom(5, "mutate");
    return Array.from({ length: 100 }, () => mutateText(texts[0]!, texts, random));
  };
  assert.deepEqual(draw(), draw());
  assert.ok(draw().filter((text) => text !== texts[0]).length > 80);
});

Deno.test("fuzz calls a frame slow only when it is slow alone", () => {
  const wait = (ms: number) => {
    for (const until = performance.now() + ms; performance.now() < until;);
    return "accepted" as const;
  };
  const once = (frame: Frame) => fuzz({ name: "slow", make: () => frame }, 1, 1);
  const paused = once({ take: () => wait(60), alone: () => "accepted" });
  assert.equal(paused.timedAgain, 1);
  assert.ok(paused.slowestMs < 60, `${paused.slowestMs} ms`);
  const slow = once({ take: () => wait(60), alone: () => wait(60) });
  assert.ok(slow.slowestMs >= 60, `${slow.slowestMs} ms`);
});
