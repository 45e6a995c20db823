import assert from "node:assert/strict";
import { join } from "node:path";
import { MINUTE } from "../../lib/model/time.ts";
import { openStoreReader } from "../../lib/store/open_store.ts";
import type { StoreReader } from "../../lib/store/store.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { startNats } from "./support/nats_server.ts";
import { psql } from "./support/psql.ts";
import { startPostgres } from "./support/postgres_server.ts";

const EVER = { from: -Infinity, to: Infinity };
const ROOT = new URL("../../", import.meta.url);
/** Of the writer, the broker and the server, in turn. */
const KILLS = 9;
/** Nothing comes for so long, local ms: then nothing will. */
const PATIENCE_MS = 60_000;

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
      const publisher = ingest(venues);
      await storedBeyond(url, 0);
      for (let turn = 0; turn < KILLS; turn++) {
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
      }
      // All of them are back: the newest minute is stored. What a publisher cannot bring to its broker before it ends is
      // in its own store.
      await storedBeyond(url, await newestMinute(url) ?? 0);
      publisher.kill("SIGTERM");
      assert.equal((await publisher.status).code, 0);
      const truth = await openStoreReader({
        kind: "sqlite",
        path: join(folder, "comove-simulated.db"),
      });
      const stored = await openStoreReader({ kind: "postgres", url });
      try {
        await equalBy(truth, stored);
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

/** Compares minutes, trades and coverage until they are the same, as long as more of them come. */
async function equalBy(truth: StoreReader, stored: StoreReader): Promise<void> {
  let until = performance.now() + PATIENCE_MS, before = "";
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
      const { bytes: _, ...rows } = await stored.info();
      const now = JSON.stringify(rows);
      if (now !== before) until = performance.now() + PATIENCE_MS;
      else if (performance.now() > until) throw error;
      before = now;
      await pause(500);
    }
  }
}

/** The newest stored minute, epoch ms; undefined while there is none, or no server answers. */
async function newestMinute(url: string): Promise<number | undefined> {
  const text = await psql(url, "select max(open_time) from bars").catch(() => "");
  return text === "" ? undefined : Number(text);
}

/** Waits until a newer minute is stored. */
async function storedBeyond(url: string, minute: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!((await newestMinute(url) ?? NaN) > minute)) {
    assert.ok(performance.now() < until, `nothing newer than ${minute} is stored`);
    await pause(300);
  }
}

function sorted<T extends { readonly id: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => a.id < b.id ? -1 : 1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
