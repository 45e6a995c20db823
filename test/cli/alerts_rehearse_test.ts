import assert from "node:assert/strict";
import type { AlertBody } from "../../lib/model/alert.ts";
import { alertsRehearse } from "../../lib/cli/alerts_rehearse.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);
/** Two excursions above 110; the second goes on at the end. */
const CLOSES = [100, 112, 115, 109, 100, 111, 113];

function csv(closes: readonly number[]): string {
  const rows = closes.map((close, i) =>
    `${START + i * MINUTE},${close},${close},${close},${close},1`
  );
  return `openTime,open,high,low,close,volume\n${rows.join("\n")}\n`;
}

async function rehearsed(rules: string, more: readonly string[] = []) {
  return await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/c.yaml`, `alerts: { rules: [${rules}] }\n`);
    await Deno.writeTextFile(`${dir}/b.csv`, csv(CLOSES));
    const { terminal, out, err } = fakeTerminal();
    const args = ["--config", `${dir}/c.yaml`, "--bars", `BTCUSDT=${dir}/b.csv`, ...more];
    const code = await alertsRehearse(args, terminal);
    return { code, out: out(), err: err() };
  });
}

const HIGH = "{ name: high, metric: price, of: BTCUSDT, fire: above 110 }";
const GOLD = "{ name: gold, metric: zscore, of: BTCUSDT/ES, fire: beyond 2 }";

Deno.test("rehearse --json prints one array of bodies, firing and resolved, by time", async () => {
  const { code, out } = await rehearsed(HIGH, ["--json"]);
  const bodies: AlertBody[] = JSON.parse(out);
  assert.equal(code, 0);
  assert.deepEqual(
    bodies.map(({ id, state, time, value, source }) => [id, state, time, value, source]),
    [
      [`high/BTCUSDT/${START + 2 * MINUTE}`, "firing", START + 2 * MINUTE, 112, "imported"],
      [`high/BTCUSDT/${START + 2 * MINUTE}`, "resolved", START + 4 * MINUTE, 109, "imported"],
      [`high/BTCUSDT/${START + 6 * MINUTE}`, "firing", START + 6 * MINUTE, 111, "imported"],
    ],
  );
});

Deno.test("rehearse says to a person how often, when and for how long", async () => {
  const { out } = await rehearsed(HIGH);
  assert.match(out, /^7 minutes judged, 2025-12-03 15:00:00 UTC to 2025-12-03 15:07:00 UTC\./);
  assert.match(out, /high \(minor\): price of BTCUSDT above 110\n {2}fired 2 times, 4m in all/);
  assert.match(out, /15:02:00 UTC at 112, furthest 115, resolved after 2m/);
  assert.match(out, /15:06:00 UTC at 111, furthest 113, goes on at the end/);
});

Deno.test("rehearse judges from --from to --to", async () => {
  const { out } = await rehearsed(HIGH, [
    "--json",
    "--from",
    `${START + 2 * MINUTE}`,
    "--to",
    `${START + 4 * MINUTE}`,
  ]);
  const bodies: AlertBody[] = JSON.parse(out);
  assert.deepEqual(bodies.map(({ state, time }) => [state, (time - START) / MINUTE]), [
    ["firing", 3],
    ["resolved", 4],
  ]);
});

Deno.test("rehearse leaves out a rule without its bars, by name on standard error", async () => {
  const { code, out, err } = await rehearsed(`${HIGH}, ${GOLD}`, ["--json"]);
  assert.deepEqual([code, JSON.parse(out).length], [0, 3]);
  assert.match(err, /Rule gold is left out: there are no bars of ES/);
  const alone = await rehearsed(GOLD, ["--json"]);
  assert.deepEqual([alone.code, alone.out], [1, ""]);
});

Deno.test("rehearse refuses what it cannot use, by name", async () => {
  const refused = (code: string, text: RegExp) => (error: unknown) =>
    error instanceof MarketError && error.code === code && text.test(error.message);
  await assert.rejects(rehearsed(""), refused("usage", /alerts\.rules .* is empty/));
  await assert.rejects(rehearsed(HIGH, ["--bars", "ES"]), refused("usage", /SYMBOL=FILE, got ES/));
  await assert.rejects(rehearsed(HIGH, ["--bars", "BTCUSDT=x"]), refused("usage", /BTCUSDT twice/));
  await assert.rejects(
    rehearsed("{ name: x, metric: prize, of: BTCUSDT, fire: above 1 }"),
    refused("config", /alerts\.rules\.0\.metric \(x\).*did you mean price\?/),
  );
});
