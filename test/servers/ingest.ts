import assert from "node:assert/strict";
import { join } from "node:path";
import { MINUTE } from "../../lib/model/time.ts";
import { openStoreReader } from "../../lib/store/open_store.ts";
import type { StoreReader } from "../../lib/store/store.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { startNats } from "./support/nats_server.ts";
import { startPostgres } from "./support/postgres_server.ts";

const EVER = { from: -Infinity, to: Infinity };
const ROOT = new URL("../../", import.meta.url);
const MINUTES = 24;
const KILLING_MS = 16_000;

// One process has the venues, a store of its own and the broker; the other one brings what is published to PostgreSQL.
// The writer, the broker and the server are killed while that goes on. What the first one stored is the truth.
Deno.test("what a process publishes is stored by another, however often that, the broker and the server are killed", () =>
  withTempFolder(async (folder) => {
    const nats = await startNats(), postgres = await startPostgres();
    const url = await postgres.database();
    const bus = `bus: { kind: nats, url: "${nats.url}" }`;
    const venues = join(folder, "venues.yaml"), written = join(folder, "written.yaml");
    await Deno.writeTextFile(
      venues,
      `source: simulated\nclock: { speed: 60 }\ndata: { backfillHours: 2, trades: true }\n${bus}\nstore: { kind: sqlite }\n`,
    );
    await Deno.writeTextFile(
      written,
      `source: bus\n${bus}\nstore: { kind: postgres, url: "${url}" }\n`,
    );
    let writer = ingest(written);
    try {
      const publisher = ingest(venues, "--minutes", String(MINUTES));
      // The last seconds are left alone: what a publisher cannot bring to its broker before it ends is in its own store.
      const until = Date.now() + KILLING_MS;
      let kills = 0;
      for (let turn = 0; Date.now() < until; turn++) {
        await pause(1_200);
        if (turn % 3 === 0) {
          writer.kill("SIGKILL");
          await writer.status;
          writer = ingest(written);
        } else if (turn % 3 === 1) {
          await nats.kill();
          await pause(200);
          await nats.start();
        } else {
          await postgres.kill();
          await pause(200);
          await postgres.start();
        }
        kills++;
      }
      assert.ok(kills >= 9, `only ${kills} kills`);
      assert.equal((await publisher.status).code, 0);
      const truth = await openStoreReader({
        kind: "sqlite",
        path: join(folder, "comove-simulated.db"),
      });
      const stored = await openStoreReader({ kind: "postgres", url });
      try {
        await equalBy(truth, stored, 60_000);
        const { findings } = await stored.check();
        assert.deepEqual(findings, []);
      } finally {
        await stored.close();
        await truth.close();
      }
    } finally {
      writer.kill("SIGTERM");
      await writer.status;
      await nats.stop();
      await postgres.stop();
    }
  }));

function ingest(config: string, ...more: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "lib/cli/main.ts", "ingest", "--config", config, ...more],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Compares minutes, trades and coverage until they are the same, for so long at most. */
async function equalBy(truth: StoreReader, stored: StoreReader, patienceMs: number): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      const instruments = await truth.instruments();
      assert.equal(instruments.length, 4);
      assert.deepEqual(sorted(await stored.instruments()), sorted(instruments));
      for (const { id } of instruments) {
        const query = { instrument: id, stepMs: MINUTE, ...EVER };
        const bars = await truth.bars(query);
        assert.ok(bars.openTime.length >= 120);
        assert.deepEqual(await stored.bars(query), bars, `bars of ${id}`);
        assert.deepEqual(await stored.contracts(id), await truth.contracts(id));
        const trades = await truth.trades({ instrument: id, ...EVER });
        const { received: _, ...known } = trades;
        const { received: __, ...found } = await stored.trades({ instrument: id, ...EVER });
        assert.deepEqual(found, known, `trades of ${id}`);
      }
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await pause(500);
    }
  }
}

function sorted<T extends { readonly id: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => a.id < b.id ? -1 : 1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
