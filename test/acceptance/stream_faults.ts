import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import { BINANCE_FAULTS } from "../../lib/simulator/binance/fault_kinds.ts";
import { TWS_FAULTS } from "../../lib/simulator/tws/fault_kinds.ts";
import { randomFaults, runFaults } from "../../lib/simulator/fault_script.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { startCommand } from "../support/command.ts";
import { readBars } from "../support/export_files.ts";
import { say } from "../support/say.ts";

const SPEED = 360;
const HOURS = 6;
/** Wednesday afternoon in Chicago: the Globex break at 22:00 UTC lies within the six hours. */
const START = Date.UTC(2025, 11, 3, 18, 30);
const FRONT = { ES: "ESZ5", NQ: "NQZ5" } as const;

Deno.test("stream exports exactly the truth through 20 cuts and stalls of each venue in 6 venue hours", async () => {
  const truth = createMarketModel({ seed: 11, from: START - 3 * DAY });
  const venues = await startEmbeddedVenues({
    truth,
    clock: systemClock,
    start: START,
    speed: SPEED,
  });
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${dir}/config.yaml`,
    `source: live
clock: { speed: ${SPEED} }
ibkr: { host: 127.0.0.1, port: ${venues.tws.port} }
binance: { streamUrl: "ws://127.0.0.1:${venues.binance.port}", restUrl: "http://127.0.0.1:${venues.binance.port}" }
`,
  );
  const command = startCommand("stream", [
    ...["--config", `${dir}/config.yaml`, "--minutes", `${HOURS * 60}`, "--export", `${dir}/out`],
  ]);
  const from = venues.time.now() + 10 * MINUTE;
  const faults = [
    { venue: "ibkr", faults: TWS_FAULTS },
    { venue: "binance", faults: BINANCE_FAULTS },
  ].flatMap((venue, i) =>
    randomFaults({
      seed: 5 + i,
      venues: [venue],
      kinds: ["drop", "stall"],
      from,
      to: START + HOURS * HOUR - 15 * MINUTE,
      count: 20,
    })
  );
  const running = runFaults(faults, [venues.tws, venues.binance], venues.time, silentLog);
  try {
    assert.equal(await command.exit, 0, command.err());
  } finally {
    running.cancel();
    await venues.close();
  }
  const reconnects = (await Deno.readTextFile(`${dir}/out/events.jsonl`)).trim().split("\n")
    .map((line) => JSON.parse(line)).filter((event) => event.to === "recovering").length;
  assert.ok(reconnects >= 20, `only ${reconnects} reconnections were seen`);

  const coverage = JSON.parse(await Deno.readTextFile(`${dir}/out/coverage.json`));
  let compared = 0;
  for (const symbol of ["BTCUSDT", "ES", "NQ"] as const) {
    const bars = await readBars(`${dir}/out`, symbol);
    const real = symbol === "BTCUSDT" ? symbol : FRONT[symbol];
    const byTime = new Map(bars.map((bar) => [bar.openTime, bar]));
    assert.equal(byTime.size, bars.length, `${symbol}: a minute stands twice`);
    const last = bars.at(-1)!.openTime;
    assert.ok(
      last >= START + (HOURS * 60 - 1) * MINUTE || symbol !== "BTCUSDT",
      `${symbol} ends early`,
    );
    // A day before the client connected, which at this speed is some venue minutes after the start.
    const { from: begin } = coverage.streams[symbol];
    assert.ok(begin >= START - DAY && begin < START - DAY + HOUR, `${symbol} begins at ${begin}`);
    for (let time = begin; time <= last; time += MINUTE) {
      const truthBar = truth.minute(real, time);
      const bar = byTime.get(time);
      if (truthBar === undefined) {
        assert.equal(bar, undefined, `${symbol} invented ${time}`);
        continue;
      }
      assert.ok(bar !== undefined, `${symbol} lost ${new Date(time).toISOString()}`);
      for (const name of ["open", "high", "low", "close", "volume"] as const) {
        assert.equal(bar[name], truthBar[name], `${symbol} altered ${name} at ${time}`);
      }
      compared++;
    }
  }
  say(
    `${compared} minutes compared, ${faults.length} faults, ${reconnects} reconnections: 0 lost, 0 duplicated, 0 altered`,
  );
  await Deno.remove(dir, { recursive: true });
});
