import assert from "node:assert/strict";
import { withTempFolder } from "../support/temp_folder.ts";
import { killDeliverers } from "./support/kill_deliverer.ts";

/** The campaign of two hundred is `test/acceptance/alert_kills.ts`. */
const KILLS = 4;

Deno.test("a process that is killed while it delivers loses no alert, and repeats none where that can be known", () =>
  withTempFolder(async (folder) => {
    const { kept, alerts } = await killDeliverers(folder, KILLS);
    assert.ok(kept >= KILLS && alerts >= kept, `${kept} ${alerts}`);
  }));
