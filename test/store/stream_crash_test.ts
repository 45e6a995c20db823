import assert from "node:assert/strict";
import { withTempFolder } from "../support/temp_folder.ts";
import { streamCrashes } from "./support/stream_crashes.ts";

Deno.test("a stream killed at any instant has stored what it reported, once and unchanged", async () => {
  await withTempFolder(async (dir) => {
    const sum = await streamCrashes(4, { dir, seed: 5 });
    const { lost, altered, doubled, incomplete, findings } = sum;
    assert.deepEqual({ lost, altered, doubled, incomplete, findings }, {
      lost: 0,
      altered: 0,
      doubled: 0,
      incomplete: 0,
      findings: [],
    });
    assert.ok(sum.reported > 0, JSON.stringify(sum));
  });
});
