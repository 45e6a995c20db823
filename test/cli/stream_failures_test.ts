/** What fails for good leaves the rest alone. */
import assert from "node:assert/strict";
import { stream } from "../../lib/cli/stream.ts";
import { withServer } from "../simulator/tws/server_fixture.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

/** Runs `stream` for three venue minutes against a simulated TWS whose permissions these are. */
async function run(
  permissions: Readonly<Record<string, "none" | "live">>,
): Promise<{ code: number; dir: string; out: string; err: string; rowsOf(id: string): number }> {
  const result = { code: NaN, dir: "", out: "", err: "", rows: new Map<string, number>() };
  await withTempFolder(async (dir) => {
    await withServer({ permissions, speed: 240 }, async ({ server }) => {
      const yaml = `{ source: live, clock: { speed: 240 }, data: { backfillHours: 1 }, ` +
        `ibkr: { port: ${server.port} }, binance: { symbols: [] } }`;
      await Deno.writeTextFile(`${dir}/config.yaml`, yaml);
      const { terminal, out, err } = fakeTerminal();
      const args = ["--config", `${dir}/config.yaml`, "--minutes", "3", "--export", `${dir}/out`];
      result.code = await stream(args, terminal);
      result.out = out();
      result.err = err();
      for (const id of ["ES", "NQ"]) {
        const text = await Deno.readTextFile(`${dir}/out/bars_${id}_1m.csv`);
        result.rows.set(id, text.trim().split("\n").length - 1);
      }
    });
  });
  return { ...result, rowsOf: (id) => result.rows.get(id) ?? NaN };
}

Deno.test("stream goes on with one future when another needs the user, and says so by its exit code", async () => {
  const begun = performance.now();
  const { code, out, err, rowsOf } = await run({ NQ: "none", ES: "live" });
  assert.ok(performance.now() - begun < 8_000, "it waits for no heal that cannot come");
  assert.match(err, /no live market-data permission for NQ/);
  assert.equal(out.match(/Correlation of log returns/g)?.length, 3, "three minutes are told");
  assert.ok(rowsOf("ES") >= 61, `${rowsOf("ES")} minutes of ES`);
  assert.equal(code, 1);
});

Deno.test("stream ends when nothing is left that can deliver", async () => {
  const begun = performance.now();
  const { code, err } = await run({ NQ: "none", ES: "none" });
  assert.match(err, /no live market-data permission for ES/);
  assert.equal(code, 1);
  assert.ok(performance.now() - begun < 8_000, "it waits for no heal that cannot come");
});
