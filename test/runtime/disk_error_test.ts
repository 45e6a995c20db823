import assert from "node:assert/strict";
import { diskReason, isDiskError } from "../../lib/runtime/disk_error.ts";

/** An error as the system makes them. */
function systemError(code: string): Error {
  return Object.assign(new Error(`Some words (os error 1): open '/x'`), { code });
}

Deno.test("diskReason has plain words for every usual refusal", () => {
  const cases = [
    ["ENOSPC", "the disk is full"],
    ["EROFS", "the disk is read-only"],
    ["EACCES", "permission denied"],
    ["EDQUOT", "your share of the disk is used up"],
  ] as const;
  for (const [code, reason] of cases) {
    assert.equal(diskReason(systemError(code)), reason);
    assert.ok(isDiskError(systemError(code)));
  }
  assert.match(diskReason(new Deno.errors.NotCapable("x")), /without the permission/);
  assert.ok(isDiskError(new Deno.errors.NotCapable("x")));
});

Deno.test("diskReason keeps unknown words without the system's tail, and isDiskError leaves defects alone", () => {
  assert.equal(diskReason(systemError("EWHAT")), "Some words");
  assert.equal(diskReason("plain"), "plain");
  for (const other of [new TypeError("a defect"), systemError("ECONNREFUSED"), "text", undefined]) {
    assert.ok(!isDiskError(other));
  }
});
