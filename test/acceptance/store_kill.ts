import { join } from "node:path";
import { say } from "../support/say.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { assertWhole, startWriter } from "../store/support/kill_writer.ts";

/** How often, by environment: `TEST_CRASHES=50`. */
const KILLS = Number(Deno.env.get("TEST_CRASHES") ?? 1_000);
/** Kills of one file; then a new one, so that the check of each stays quick. */
const OF_ONE_FILE = 5;
/** The seed is printed, so that the instants of a red run are known. */
const SEED = Number(Deno.env.get("STORE_KILL_SEED") ?? 20_261_202);

Deno.test(`a writer killed at ${KILLS} instants loses, doubles and alters nothing that it reported`, async () => {
  let state = SEED;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  let minutes = 0, early = 0;
  for (let kill = 0; kill < KILLS;) {
    await withTempFolder(async (folder) => {
      const path = join(folder, "comove-simulated.db");
      for (let n = 0; n < OF_ONE_FILE && kill < KILLS; n++, kill++) {
        const writer = startWriter(path);
        // Every fifth is killed while it opens the file or writes its first minutes.
        if (n % 5 === 4) early++;
        else await writer.hasStored();
        await new Promise((resolve) => setTimeout(resolve, random() * 80));
        const stored = await writer.kill();
        if (n > 0 || stored >= 0) minutes = await assertWhole(path, stored);
      }
    });
    if (kill % 100 === 0) say(`${kill} kills, ${minutes} minutes in the last file`);
  }
  say(
    `${KILLS} kills (seed ${SEED}), ${early} of them before the first minute was reported`,
  );
});
