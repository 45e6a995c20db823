import assert from "node:assert/strict";
import { configOf, recordedConfig } from "../../lib/market/market_replay.ts";
import { parseConfig } from "../../lib/feeds/config.ts";

const HOSTILE = {
  startedAt: Date.UTC(2025, 11, 3, 14),
  source: "live",
  instruments: ["BTCUSDT"],
  settings: {
    log: { level: "debug", dir: "/srv/elsewhere" },
    replay: { path: "/etc" },
    data: { backfillHours: 3 },
  },
};

Deno.test("a recording's configuration names no place on the disk of whoever replays it", () => {
  const config = configOf(HOSTILE);
  assert.equal(config.source, "replay");
  assert.equal(config.data.backfillHours, 3);
  assert.ok(!/srv|etc\b/.test(JSON.stringify(config)));
});

Deno.test("a notebook's replay keeps its own log folder and recording", () => {
  const present = parseConfig({ overrides: { log: { dir: "mine" }, replay: { path: "tape" } } });
  const config = recordedConfig(HOSTILE, present);
  assert.deepEqual([config.log.dir, config.replay.path], ["mine", "tape"]);
  assert.equal(config.data.backfillHours, 3);
});
