import assert from "node:assert/strict";
import { encodeFrame, TwsFrameDecoder } from "../../lib/wire/tws_frame.ts";
import {
  countFields,
  hasTooManyFields,
  isReadNumber,
  MAX_FRAME_LENGTH,
  maxLengthOf,
} from "../../lib/wire/tws_frame_limits.ts";
import { sharedBytes } from "../support/shared_data.ts";

Deno.test("every message that is read has a limit far below that of all", () => {
  const numbers = Array.from({ length: 200 }, (_, i) => `${i}`).filter(isReadNumber);
  assert.equal(numbers.length, 13);
  for (const number of numbers) assert.ok(maxLengthOf(number) <= MAX_FRAME_LENGTH / 15, number);
  assert.ok(maxLengthOf("5") <= 1_024, "what nobody reads is not kept");
});

Deno.test("countFields counts the marks that end fields, and stops where it is asked to", () => {
  assert.equal(countFields(encodeFrame([4, 2, -1, 2104, "farm"])), 5);
  assert.equal(countFields(encodeFrame(new Array(1_000).fill(""))), 1_000);
  assert.equal(countFields(encodeFrame(new Array(1_000).fill("")), 10), 11);
});

Deno.test("a message of its kind fits, one of a thousand empty fields does not", () => {
  assert.equal(hasTooManyFields(encodeFrame([15, 1, "DU1,DU2"])), false);
  assert.equal(hasTooManyFields(encodeFrame([15, 1, ...new Array(1_000).fill("")])), true);
  const day = Array.from({ length: 1_440 }, () => [1_764_770_400, 1, 2, 3, 4, 5, 6, 7]).flat();
  const history = encodeFrame([17, 9, "20251203-14:00:00", "20251204-14:00:00", 1_440, ...day]);
  assert.equal(hasTooManyFields(history), false);
  assert.ok(history.length * 5 < maxLengthOf("17"));
});

Deno.test("what a real Gateway has sent is far from every limit", async () => {
  const bytes = await sharedBytes("tws/tws_frames_contractDetails_DC_20240326.bin");
  if (bytes === undefined) return;
  for (const frame of new TwsFrameDecoder().push(bytes)) {
    assert.ok(frame.kind === "frame");
    const again = encodeFrame(frame.fields);
    assert.ok(again.length * 4 < maxLengthOf(frame.fields[0]!) || frame.fields[0] === "52");
    assert.equal(hasTooManyFields(again), false);
  }
});

Deno.test("TwsFrameDecoder reads no message of more fields than any has", () => {
  const [frame] = new TwsFrameDecoder().push(encodeFrame(new Array(100_001).fill("")));
  assert.equal(frame?.kind, "broken");
});
