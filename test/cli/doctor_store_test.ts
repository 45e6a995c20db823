import assert from "node:assert/strict";
import { checkStore } from "../../lib/cli/doctor_store.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { systemFiles as files } from "../../lib/runtime/files.ts";
import { openStore, openStoreReader } from "../../lib/store/open_store.ts";
import { startWriter } from "../store/support/kill_writer.ts";
import { barColumns, BTC } from "../store/support/store_rows.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const START = Date.UTC(2025, 11, 3);

Deno.test("doctor says what is stored, that it is to be made, or that nothing is kept", () =>
  withTempFolder(async (dir) => {
    const memory = await checkStore(parseConfig(), undefined, { files });
    assert.match(memory.what, /nothing is kept beyond a run/);
    const config = parseConfig({ overrides: { source: "live", store: { kind: "sqlite" } } });
    const none = await checkStore(config, `${dir}/c.yaml`, { files });
    assert.equal(none.fix, undefined);
    assert.match(none.what, /comove-live\.db is made when/);
    const wanted = parseConfig({ overrides: { source: "store", store: { kind: "sqlite" } } });
    assert.match((await checkStore(wanted, `${dir}/c.yaml`, { files })).what, /is not there/);
    const path = `${dir}/comove-live.db`;
    const store = await openStore({ kind: "sqlite", path, dataKind: "live" });
    const rows = [{ openTime: START + DAY }, { openTime: START + DAY + MINUTE }];
    await store.write({
      instruments: [BTC],
      bars: [{ instrument: BTC.id, stepMs: MINUTE, bars: barColumns(rows) }],
    });
    const beside = await checkStore(config, `${dir}/c.yaml`, { files });
    await store.close();
    assert.equal(beside.fix, undefined, "it looks while a writer is there");
    assert.match(
      beside.what,
      /db: live data, schema \d+, [\d.]+ kB, whole up to 2025-12-04; written by this very process \d+ on/,
    );
    const after = await checkStore(config, `${dir}/c.yaml`, { files });
    assert.match(after.what, /whole up to 2025-12-04$/);
  }));

Deno.test("doctor names the process that writes to the store, and not one that was killed", () =>
  withTempFolder(async (dir) => {
    const path = `${dir}/comove-simulated.db`;
    const config = parseConfig({ overrides: { source: "simulated", store: { kind: "sqlite" } } });
    const writer = startWriter(path, 20);
    await writer.hasStored();
    const { what, fix } = await checkStore(config, `${dir}/c.yaml`, { files });
    assert.equal(fix, undefined);
    assert.match(
      what,
      new RegExp(`; written by process ${writer.pid} on .*, since \\d{4}-\\d\\d-\\d\\d .* UTC$`),
    );
    await writer.kill();
    assert.ok((await Deno.stat(`${path}-lock`)).isFile, "its note is still there");
    const after = await checkStore(config, `${dir}/c.yaml`, { files });
    assert.doesNotMatch(after.what, /written by/);
  }));

Deno.test("doctor finds a day that lacks rows, and a file that is no store", () =>
  withTempFolder(async (dir) => {
    const path = `${dir}/comove-live.db`;
    const config = parseConfig({ overrides: { source: "live", store: { kind: "sqlite" } } });
    const store = await openStore({ kind: "sqlite", path, dataKind: "live" });
    await store.write({
      instruments: [BTC],
      bars: [{ instrument: BTC.id, stepMs: MINUTE, bars: barColumns([{ openTime: START }]) }],
    });
    await store.close();
    const lacking = await checkStore(config, `${dir}/c.yaml`, {
      files,
      open: async () => {
        const reader = await openStoreReader({ kind: "sqlite", path });
        const info = reader.info.bind(reader);
        return Object.assign(reader, {
          info: async () => {
            const { days, ...rest } = await info();
            return { ...rest, days: days.map((day) => ({ ...day, rows: day.rows + 1 })) };
          },
        });
      },
    });
    assert.match(lacking.what, /BTCUSDT has 1 of its 2 rows of 2025-12-03$/);
    assert.match(lacking.fix!, /store check/);
    await Deno.writeTextFile(path, "no database, but a text of some length".repeat(200));
    const foreign = await checkStore(config, `${dir}/c.yaml`, { files });
    assert.ok(foreign.fix !== undefined);
    assert.match(foreign.what, /comove-live\.db/);
  }));
