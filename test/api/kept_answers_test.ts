import assert from "node:assert/strict";
import { JsonText } from "../../lib/api/json_text.ts";
import { type Footing, KeptAnswers } from "../../lib/api/kept_answers.ts";

const type = "application/json";

function footing(name: string) {
  let version = 1;
  const made: Footing = { name, version: () => `${version}` };
  return { made, change: () => void version++ };
}

Deno.test("an answer stands while what it rests on does, and all that rest on it fall at once", () => {
  const kept = new KeptAnswers("run");
  const bitcoin = footing("bitcoin"), es = footing("es");
  const text = new JsonText(["[1,", "2]"]);
  for (const address of ["/a", "/b"]) {
    kept.keep(address, { footing: bitcoin.made, version: "1", text, type });
  }
  kept.keep("/es", { footing: es.made, version: "1", text, type });
  assert.equal(kept.find("/a")?.text.read(), "[1,2]");
  assert.equal(kept.find("/a")?.tag, '"run-1"');
  const before = kept.characters;
  bitcoin.change();
  assert.equal(kept.find("/b"), undefined);
  assert.equal(
    kept.characters,
    before - 2 * (2 + 5),
    "that of /a is gone too, which nobody asked for",
  );
  assert.equal(kept.find("/a"), undefined);
  assert.notEqual(kept.find("/es"), undefined);
  kept.keep("/a", { footing: bitcoin.made, version: "2", text, type });
  assert.notEqual(kept.find("/a"), undefined);
});

Deno.test("a newer answer drops those of the version before, and one that is untrue already is not kept", () => {
  const kept = new KeptAnswers("run");
  const { made, change } = footing("bitcoin");
  const long = new JsonText(["x".repeat(1_000)]);
  kept.keep("/a", { footing: made, version: "1", text: long, type });
  change();
  kept.keep("/b", { footing: made, version: "2", text: new JsonText(["y"]), type });
  assert.equal(kept.characters, 3);
  change();
  const late = kept.keep("/c", { footing: made, version: "2", text: long, type });
  assert.equal(late.tag, '"run-2"');
  assert.equal(kept.find("/c"), undefined);
});

Deno.test("answers are bounded by their characters and their number, the oldest go first", () => {
  const { made } = footing("bitcoin");
  const many = new KeptAnswers("run");
  const one = new JsonText(["x"]);
  for (let i = 0; i < 10_050; i++) {
    many.keep(`/${i}`, { footing: made, version: "1", text: one, type });
  }
  assert.deepEqual([49, 50, 10_049].map((i) => many.find(`/${i}`) !== undefined), [
    false,
    true,
    true,
  ]);
  const long = new KeptAnswers("run");
  const text = new JsonText(["x".repeat(10_000_000)]);
  for (let i = 0; i < 20; i++) long.keep(`/${i}`, { footing: made, version: "1", text, type });
  assert.ok(long.characters <= 64_000_000, `${long.characters}`);
  assert.notEqual(long.find("/19"), undefined);
});

Deno.test("a text is the same however often it is read", () => {
  const text = new JsonText(["[", "1", ",", "2", "]"]);
  assert.deepEqual([text.length, text.read(), text.read(), text.read()], [
    5,
    "[1,2]",
    "[1,2]",
    "[1,2]",
  ]);
});
