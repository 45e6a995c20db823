import assert from "node:assert/strict";
import { bytesOf, fit, fitLines } from "../../../lib/alerts/channels/fit.ts";

Deno.test("fit leaves half characters out and keeps code points and escapes whole, in any unit", () => {
  assert.equal(fit("a\ud83db", 10), "ab");
  const escape = (character: string) => character === "<" ? "&lt;" : character;
  const text = "a<💥ü<b".repeat(3);
  for (let most = 0; most < 60; most++) {
    for (const sizeOf of [bytesOf, ({ length }: string) => length]) {
      const written = fit(text, most, { escape, sizeOf });
      assert.ok(sizeOf(written) <= most && written.isWellFormed(), `${most} ${written}`);
      assert.match(written, /^(?:a|&lt;|💥|ü|b)*…?$/u);
      const whole = fit(text, Infinity, { escape });
      assert.equal(written.endsWith("…") || written === "", sizeOf(whole) > most, `${most}`);
    }
  }
});

Deno.test("fitLines leaves lines out from the end", () => {
  assert.equal(fitLines(["ab", "cd", "ef"], 8), "ab\ncd\nef");
  assert.equal(fitLines(["ab", "cd", "ef"], 5), "ab\ncd");
  assert.equal(fitLines(["abcdef"], 3), "ab…");
  assert.equal(fitLines([], 3), "");
});
