import assert from "node:assert/strict";
import { storeFetch } from "../../lib/cli/store_fetch.ts";
import { fetchKills } from "../store/support/fetch_kills.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

Deno.test("store fetch that is killed goes on where it was, and asks for nothing twice", async () => {
  const once = await withTempFolder((dir) => fetchKills({ dir, days: 2, kills: 0, seed: 1 }));
  const often = await withTempFolder((dir) => fetchKills({ dir, days: 2, kills: 2, seed: 1 }));
  for (const { altered, unknown, violations, code } of [once, often]) {
    assert.deepEqual({ altered, unknown, violations, code }, {
      altered: 0,
      unknown: 0,
      violations: 0,
      code: 0,
    });
  }
  assert.ok(often.minutes >= once.minutes, `${often.minutes} of ${once.minutes} minutes`);
  // A killed run may have asked for one page of each instrument that was not stored yet, and each asks for the newest.
  assert.ok(often.ibkr <= once.ibkr + 2 * 4, `${often.ibkr} questions, ${once.ibkr} without kills`);
});

Deno.test("store fetch names what is wrong with its command line", async () => {
  const refusal = async (...args: string[]) => {
    try {
      return `code ${await storeFetch(args, fakeTerminal().terminal)}`;
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(await refusal(), /store fetch needs --days N/);
  assert.match(await refusal("--days", "0"), /days/);
  assert.match(await refusal("--days", "1.5"), /days/);
  assert.match(await refusal("--days", "2000"), /--days must be at most 1100, got 2000/);
  await withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/c.yaml`, "source: replay\n");
    assert.match(
      await refusal("--days", "2", "--config", `${folder}/c.yaml`),
      /source: replay has none/,
    );
    await Deno.writeTextFile(`${folder}/s.yaml`, "source: simulated\n");
    assert.match(
      await refusal("--days", "30", "--config", `${folder}/s.yaml`),
      /8 days at most/,
    );
  });
});
