import assert from "node:assert/strict";
import { breaksOf } from "../../lib/bars/breaks.ts";
import { type MinuteGrid, MinuteStatus } from "../../lib/model/minute_grid.ts";
import { MINUTE } from "../../lib/model/time.ts";

const START = Date.UTC(2025, 11, 3, 21, 58);

/** `S` streamed, `H` history, `x` unknown, `-` absent, `.` out of session. */
function gridOf(minutes: string): MinuteGrid {
  const statuses: Record<string, number> = {
    S: MinuteStatus.Stream,
    H: MinuteStatus.History,
    x: MinuteStatus.Unknown,
    "-": MinuteStatus.Absent,
    ".": MinuteStatus.OutOfSession,
  };
  const empty = new Float64Array(minutes.length);
  return {
    start: START,
    length: minutes.length,
    ...{ open: empty, high: empty, low: empty, close: empty, volume: empty },
    status: Uint8Array.from(minutes, (letter) => statuses[letter]!),
    contract: new Uint8Array(minutes.length),
  };
}

/** Breaks as `first-last kind` in rows. */
const rowsOf = (minutes: string, from?: number) =>
  breaksOf(gridOf(minutes), from === undefined ? {} : { from }).map(({ from, to, kind }) =>
    `${(from - START) / MINUTE}-${(to - START) / MINUTE} ${kind}`
  );

Deno.test("breaksOf distinguishes closed stretches from lost ones, cut where they meet", () => {
  assert.deepEqual(rowsOf("SS..HS"), ["2-4 session"]);
  assert.deepEqual(rowsOf("SSx-HS"), ["2-4 gap"]);
  assert.deepEqual(rowsOf("Sx...-H-S"), ["1-2 gap", "2-5 session", "5-6 gap", "7-8 gap"]);
});

Deno.test("breaksOf leaves out what has not begun and what is still to come", () => {
  assert.deepEqual(rowsOf("..xSSx.."), []);
  assert.deepEqual(rowsOf("...."), []);
  assert.deepEqual(rowsOf(""), []);
  assert.deepEqual(rowsOf("S.SxS", START + 2 * MINUTE), ["3-4 gap"]);
});
