/** Alerts of a run: what was sent is what the export holds. */
import assert from "node:assert/strict";
import { startAlertReceiver } from "../../lib/alerts/receiver.ts";
import { stream } from "../../lib/cli/stream.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { type Files, systemFiles } from "../../lib/runtime/files.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const SPEED = 120;

Deno.test("minutes that close while the export is written are not judged: no alert is sent that it lacks", async () => {
  await withTempFolder(async (dir) => {
    await using receiver = await startAlertReceiver();
    const rule = { name: "always", metric: "price", of: "BTCUSDT", fire: "above 1", repeat: "1m" };
    const config = {
      source: "simulated",
      clock: { speed: SPEED },
      data: { backfillHours: 1 },
      alerts: {
        rules: [{ ...rule, notify: ["local"] }],
        channels: { local: receiver.channel },
      },
    };
    await Deno.writeTextFile(`${dir}/config.yaml`, JSON.stringify(config));
    let began = NaN;
    const slow: Files = {
      ...systemFiles,
      async writePieces(path, pieces) {
        // The first of them holds up all, for six minutes of the venues.
        if (Number.isNaN(began)) {
          began = performance.now();
          await new Promise((done) => setTimeout(done, 6 * MINUTE / SPEED));
        }
        return await systemFiles.writePieces(path, pieces);
      },
    };
    const { terminal, err } = fakeTerminal();
    const args = ["--config", `${dir}/config.yaml`, "--minutes", "3", "--export", `${dir}/out`];
    assert.equal(await stream(args, terminal, { files: slow }), 0, err());
    assert.ok(began > 0, "nothing was written slowly");
    const rows = await Deno.readTextFile(`${dir}/out/aligned_1m.csv`);
    const newest = Number(rows.trimEnd().split("\n").at(-1)!.split(",")[0]);
    const times = receiver.received.map(({ body }) => body.time);
    assert.ok(times.length >= 2, `${times.length} webhooks`);
    assert.ok(
      Math.max(...times) <= newest + 3 * MINUTE,
      `judged ${(Math.max(...times) - newest) / MINUTE - 1} minutes after the export's newest`,
    );
  });
});
