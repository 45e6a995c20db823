import { join } from "node:path";
import { withTempFolder } from "../../support/temp_folder.ts";
import { assertWhole, startWriter } from "../support/kill_writer.ts";

/** The campaign of a thousand is `test/acceptance/store_kill.ts`. */
const KILLS = 12;

Deno.test("a writer that is killed at any instant loses, doubles and alters nothing that it reported as stored", () =>
  withTempFolder(async (folder) => {
    const path = join(folder, "comove-simulated.db");
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startWriter(path);
      await writer.hasStored();
      await new Promise((resolve) => setTimeout(resolve, (kill * 29) % 120));
      await assertWhole(path, await writer.kill());
    }
  }));
