import assert from "node:assert/strict";
import { LeastRecent } from "../../lib/simulator/least_recent.ts";

Deno.test("LeastRecent forgets what was not used for longest", () => {
  const made: string[] = [];
  const kept = new LeastRecent<string, string | null>(2);
  const get = (key: string) =>
    kept.get(key, () => {
      made.push(key);
      return key === "none" ? null : key;
    });
  for (const key of ["a", "b", "a", "c", "a", "b"]) assert.equal(get(key), key);
  assert.deepEqual(made, ["a", "b", "c", "b"]);
  assert.equal(kept.size, 2);
  assert.equal(get("none"), null);
  get("none");
  assert.equal(made.filter((key) => key === "none").length, 1);
  assert.throws(() => new LeastRecent(0), /capacity must be a whole number of at least 1, got 0/);
});
