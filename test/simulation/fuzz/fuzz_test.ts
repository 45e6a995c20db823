import assert from "node:assert/strict";
import { SeededRandom } from "../../../lib/simulator/seeded_random.ts";
import { DECODERS } from "./decoders.ts";
import { fuzz } from "./fuzz.ts";
import { mutateText } from "./mutate.ts";

const FRAMES = 20_000;

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
