import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { MINUTE } from "../../../lib/model/time.ts";
import { openStoreReader } from "../../../lib/store/open_store.ts";
import { FIRST_MINUTE, minuteBatch, tradesOf } from "./stream_rows.ts";

const WRITER = fileURLToPath(new URL("./stream_writer.ts", import.meta.url));

/** How Deno is started to stream into a store. */
export function writerArguments(path: string, pauseMs = 0): string[] {
  return ["run", "-A", "--no-check", "--quiet", WRITER, path, String(pauseMs)];
}

/** A process that streams into a store. */
export function startWriter(path: string, pauseMs = 0) {
  const process = new Deno.Command(Deno.execPath(), {
    args: writerArguments(path, pauseMs),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let stored = -1;
  let onStored = () => {};
  const reading = (async () => {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const piece of process.stdout) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
      rest = lines.pop()!;
      if (lines.length > 0) stored = Number(lines.at(-1));
      onStored();
    }
  })();
  return {
    pid: process.pid,
    /** Resolves once it has reported a minute as stored. */
    async hasStored() {
      while (stored < 0) await new Promise<void>((resolve) => onStored = resolve);
    },
    /** Kills it at once. @returns the last minute that it reported as stored; -1 for none */
    async kill() {
      process.kill("SIGKILL");
      const [{ signal }, errors] = await Promise.all([
        process.status,
        new Response(process.stderr).text(),
        reading,
      ]);
      assert.equal(signal, "SIGKILL", errors);
      return stored;
    },
  };
}

/**
 * Looks at what a killed writer left: every minute up to one that is not before `stored`, whole and unchanged, and a
 * file that passes its check.
 *
 * @returns how many minutes there are.
 */
export async function assertWhole(path: string, stored: number): Promise<number> {
  const store = await openStoreReader({ kind: "sqlite", path });
  try {
    const range = { instrument: "BTCUSDT", from: -Infinity, to: Infinity };
    const bars = await store.bars({ ...range, stepMs: MINUTE });
    const minutes = bars.openTime.length;
    assert.ok(minutes > stored, `${minutes} minutes, and minute ${stored} was reported as stored`);
    const trades = await store.trades(range);
    let seen = 0;
    for (let minute = 0; minute < minutes; minute++) {
      const batch = minuteBatch(minute);
      const count = tradesOf(minute);
      for (const [name, column] of Object.entries(batch.bars![0]!.bars)) {
        assert.equal(bars[name as "close"][minute], column[0], `${name} of minute ${minute}`);
      }
      for (const [name, column] of Object.entries(batch.trades![0]!.trades)) {
        const found = trades[name as "price"];
        // A comparison of whole arrays takes longer than all the rest.
        for (let i = 0; i < count; i++) {
          if (found[seen + i] === column[i]) continue;
          assert.fail(`${name} of trade ${i} of minute ${minute}: ${found[seen + i]}`);
        }
      }
      seen += count;
    }
    assert.equal(trades.id.length, seen, "trades beyond the last minute");
    for (const stepMs of [0, MINUTE]) {
      const rows = await store.coverage({ ...range, stepMs });
      assert.equal(rows.at(0)?.from ?? FIRST_MINUTE, FIRST_MINUTE);
      assert.equal(rows.at(-1)?.to ?? FIRST_MINUTE, FIRST_MINUTE + minutes * MINUTE);
      assert.ok(rows.every(({ state }) => state === "complete"));
    }
    assert.deepEqual(await store.check(), { rows: minutes + seen, findings: [] });
    return minutes;
  } finally {
    await store.close();
  }
}
