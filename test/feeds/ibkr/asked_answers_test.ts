import assert from "node:assert/strict";
import { AskedAnswers } from "../../../lib/feeds/ibkr/asked_answers.ts";
import { encodeFrame } from "../../../lib/wire/tws_frame.ts";

const contract = (id: number) => encodeFrame([10, id, "ES", "FUT"]);
const history = (id: number) => encodeFrame([17, id, "", "", 0]);

Deno.test("AskedAnswers wants what was asked for until it is over, and everything that is no answer", () => {
  const asked = new AskedAnswers();
  asked.ask(7);
  assert.equal(asked.judge(contract(7), 193), "wanted");
  assert.equal(asked.judge(history(7), 193), "wanted");
  assert.equal(asked.judge(history(8), 193), "unwanted");
  assert.equal(asked.judge(encodeFrame([50, 3, 8]), 193), "wanted");
  assert.equal(asked.judge(encodeFrame([10]), 193), "unwanted");
  asked.over(7);
  assert.equal(asked.judge(contract(7), 193), "unwanted");
  assert.equal(asked.judge(contract(7), 120), "wanted", "an old server writes a version there");
});

Deno.test("AskedAnswers ends a listing without an end, and a flood that nobody asked for", () => {
  const asked = new AskedAnswers();
  asked.ask(7);
  const verdicts = Array.from({ length: 1_001 }, () => asked.judge(contract(7), 193));
  assert.equal(verdicts.filter((verdict) => verdict === "wanted").length, 1_000);
  assert.equal(verdicts.at(-1), "endless");
  const unasked = Array.from({ length: 1_001 }, () => asked.judge(history(9), 193));
  assert.deepEqual([unasked[0], unasked.at(-1)], ["unwanted", "endless"]);
});
