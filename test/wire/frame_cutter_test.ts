import assert from "node:assert/strict";
import fc from "fast-check";
import { type Cut, FrameCutter, numberOf } from "../../lib/wire/frame_cutter.ts";
import { withLength } from "../../lib/wire/tws_frame.ts";

const body = (text: string) => withLength(new TextEncoder().encode(text));
const joined = (parts: readonly Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));
const limits = {
  maxLength: 1_000,
  firstLength: 20,
  limitOf: (number: string) => number === "15" ? 12 : number === "17" ? 500 : 3,
};

/** Whatever was found, as text. */
function said(cuts: readonly Cut[]): string[] {
  return cuts.map((cut) =>
    cut.kind === "frame"
      ? new TextDecoder().decode(cut.bytes.subarray(4))
      : cut.kind === "skipped"
      ? `skipped ${cut.number} ${cut.length}`
      : `broken ${cut.length} ${cut.rest.length}`
  );
}

Deno.test("FrameCutter finds the same in the same bytes, however they are cut", () => {
  const frames = ["193\0now\0", "15\x001\0DU1\0", `15\x00${"x".repeat(50)}\0`, "9\x007\0"];
  const more = [`17\0${"y".repeat(400)}\0`, `99\0${"z".repeat(900)}\0`, "ab\0", "a", "12345\0"];
  const all = joined([...frames, ...more].map(body));
  const want = said(new FrameCutter(limits).push(all));
  assert.deepEqual(want.slice(0, 4), [
    frames[0],
    frames[1],
    "skipped 15 54",
    "skipped 9 4",
  ]);
  assert.deepEqual(want.slice(4), [more[0], "skipped 99 904", "ab\0", "a", "skipped  6"]);
  fc.assert(fc.property(fc.array(fc.nat(all.length), { maxLength: 40 }), (cuts) => {
    const cutter = new FrameCutter(limits);
    const edges = [0, ...cuts.sort((a, b) => a - b), all.length];
    const found = edges.slice(1).flatMap((to, i) => cutter.push(all.slice(edges[i], to)));
    assert.deepEqual(said(found), want);
    assert.equal(cutter.rest.length, 0);
  }));
  const bytewise = new FrameCutter(limits);
  assert.deepEqual(said([...all].flatMap((byte) => bytewise.push(Uint8Array.of(byte)))), want);
});

Deno.test("FrameCutter ends at an impossible length and gives what stands there", () => {
  for (const length of [0, 1_001, 0x7fff_ffff, 0xffff_ffff]) {
    for (const step of [1, 3, 100]) {
      const head = new Uint8Array(10).fill(65);
      new DataView(head.buffer).setUint32(0, length);
      const all = joined([body("193\0"), head]);
      const cutter = new FrameCutter(limits);
      const found: Cut[] = [];
      for (let at = 0; at < all.length; at += step) {
        found.push(...cutter.push(all.slice(at, at + step)));
      }
      assert.deepEqual(found.map(({ kind }) => kind), ["frame", "broken"]);
      assert.deepEqual(cutter.push(body("9\0")), []);
    }
  }
});

Deno.test("FrameCutter takes time linear in the bytes, in the smallest pieces and the longest message", () => {
  const size = 4_000_000;
  const msFor = (piece: number, limitOf: () => number) => {
    const cutter = new FrameCutter({ maxLength: 0xff_ffff, limitOf });
    cutter.push(body("193\0"));
    cutter.push(Uint8Array.of(0, 255, 255, 255));
    const bytes = new Uint8Array(piece).fill(65);
    const began = performance.now();
    for (let at = 0; at < size; at += piece) cutter.push(bytes);
    return performance.now() - began;
  };
  // Ten times what it takes on a busy machine; in quadratic time it was 20 s and more.
  for (const limitOf of [() => 0xff_ffff, () => 100]) {
    assert.ok(msFor(64, limitOf) < 2_500);
    assert.ok(msFor(1_024, limitOf) < 2_500);
    assert.ok(msFor(65_536, limitOf) < 2_500);
  }
});

Deno.test("numberOf reads up to three digits and nothing else", () => {
  assert.equal(numberOf(body("15\x001\0")), "15");
  assert.equal(numberOf(body("150\0")), "150");
  for (const text of ["1500\0", "", "\x001\0", "15"]) assert.equal(numberOf(body(text)), "");
});
