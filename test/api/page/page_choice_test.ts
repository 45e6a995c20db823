import assert from "node:assert/strict";
import fc from "fast-check";
import { choiceOfHash, hashOfChoice } from "../../../lib/api/page/browser/choice_hash.ts";
import { PAGE_KEYS, pageKey } from "../../../lib/api/page/browser/page_keys.ts";
import { parseChoice } from "../../../lib/api/page/page_choice.ts";

Deno.test("a choice survives the address of its page", () => {
  const full = { view: "evidence", pair: "BTCUSDT/ES", timeframe: "5m", days: 7, hours: "us" };
  const hash = hashOfChoice(parseChoice(full));
  assert.equal(hash, "#view=evidence&pair=BTCUSDT/ES&timeframe=5m&days=7&hours=us");
  assert.deepEqual(choiceOfHash(hash), full);
  assert.deepEqual(choiceOfHash(""), {});
  assert.deepEqual(choiceOfHash("#pair=&days=x&what=1"), {});
});

Deno.test("whatever a page sends is a choice or a RangeError that names what is wrong", () => {
  fc.assert(fc.property(fc.anything(), (given) => {
    try {
      assert.equal(typeof parseChoice(given).view, "string");
    } catch (error) {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, /must|choice/);
    }
  }));
  for (
    const [given, rule] of [
      [{ view: "" }, /view must be a text/],
      [{ view: "a", days: 2 }, /days must be one of 1, 3, 7, 30, got 2/],
      [{ view: "a", timeframe: "2m" }, /timeframe must be one of 1m/],
      [{ view: "a", hours: "eu" }, /hours must be one of all, us/],
      [{ view: "a", folded: Array(51).fill("x") }, /at most 50/],
      [{ view: "a".repeat(101) }, /1 to 100 characters/],
      [{ view: "a", rule: { fire: {} } }, /rule must be an object of 1 to 50 numbers and texts/],
      [{ view: "a", rule: "apart" }, /rule must be an object/],
    ] as const
  ) assert.throws(() => parseChoice(given), rule);
});

Deno.test("each key that is listed does something", () => {
  assert.deepEqual(pageKey("3"), { kind: "timeframe", at: 2 });
  for (const [keys] of PAGE_KEYS) {
    for (const key of keys.split(/ [/…] /)) {
      if (key !== "Esc") assert.notEqual(pageKey(key === "Space" ? " " : key), undefined, key);
    }
  }
  assert.equal(pageKey("Tab"), undefined);
});
