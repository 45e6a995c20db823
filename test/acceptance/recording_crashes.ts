import assert from "node:assert/strict";
import { crashes } from "../feeds/recording/crash.ts";
import { say } from "../support/say.ts";
import { withTempFolder } from "../support/temp_folder.ts";

/** How often, by environment: `TEST_CRASHES=50`. */
const COUNT = Number(Deno.env.get("TEST_CRASHES") ?? 1_000);

Deno.test(`A recording process killed at ${COUNT} instants leaves a beginning of what it wrote each time`, async () => {
  await withTempFolder(async (dir) => {
    const sum = await crashes(COUNT, { dir, jobs: 2, seed: 1 });
    say(
      `${sum.crashes} crashes: ${sum.rows} rows read back, ${sum.corrupt} corrupt, ${sum.missing} of those promised missing, ${sum.torn} files torn; slowest reading ${
        sum.slowestOpenMs.toFixed(0)
      } ms`,
    );
    const { crashes: count, corrupt, missing } = sum;
    assert.deepEqual({ count, corrupt, missing }, { count: COUNT, corrupt: 0, missing: 0 });
  });
});
