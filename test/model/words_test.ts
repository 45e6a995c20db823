import assert from "node:assert/strict";
import { words } from "../../lib/model/words.ts";

Deno.test("words are in order, whatever space is between and around them", () => {
  assert.deepEqual(words("\n  open  high\n\tlow 开盘 \n"), ["open", "high", "low", "开盘"]);
  assert.deepEqual(words(" \n"), []);
});
