/**
 * A store at a PostgreSQL server of its own: trades written a second in batches of some sizes, a live minute of 50
 * instruments, and what is read back. The peer is `psql` with `copy … from stdin` of the same rows into a table of the
 * same key, in the same run: the fastest way there is, without digests, coverage or a check of what is there.
 */
import { openStore } from "../../lib/store/open_store.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { MINUTE } from "../../lib/model/time.ts";
import type { TradeColumns } from "../../lib/store/store.ts";
import { startPostgres } from "../servers/support/postgres_server.ts";
import { barColumns, BTC } from "../store/support/store_rows.ts";
import { say } from "../support/say.ts";

const TRADES = 200_000;
const START = Date.UTC(2026, 0, 26);
const EVER = { from: -Infinity, to: Infinity };
const INSTRUMENTS = 50;
const MINUTES = 30;

/** Twelve trades a second. */
function tradesFrom(first: number, count: number): TradeColumns {
  const column = (of: (i: number) => number) =>
    Float64Array.from({ length: count }, (_, i) => of(first + i));
  return {
    id: column((i) => i),
    time: column((i) => START + Math.floor(i * 1_000 / 12)),
    received: column((i) => START + Math.floor(i * 1_000 / 12) + 40),
    price: column((i) => 50_000 + (i * 7_919) % 1_013 / 10),
    size: column((i) => (i % 97 + 1) / 1_000),
    side: Int8Array.from({ length: count }, (_, i) => i % 2 === 0 ? 1 : -1),
  };
}

async function seconds(use: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await use();
  return (performance.now() - before) / 1_000;
}

function rate(took: number): string {
  return `${(TRADES / took / 1_000).toFixed(0)} k/s`;
}

async function psql(url: string, statement: string, rows?: string): Promise<void> {
  const child = new Deno.Command("psql", {
    args: ["-q", "-c", statement, url],
    stdin: "piped",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  if (rows !== undefined) await writer.write(new TextEncoder().encode(rows));
  await writer.close();
  if (!(await child.status).success) throw new Error(`psql failed: ${statement}`);
}

const server = await startPostgres();
try {
  const bare = await server.database();
  await psql(
    bare,
    "create table trades (instrument integer, time bigint, id bigint, received bigint, price double precision, size double precision, side smallint, primary key (instrument, time, id))",
  );
  const { id, time, received, price, size, side } = tradesFrom(0, TRADES);
  const lines = Array.from(
    id,
    (one, i) => [1, time[i], one, received[i], price[i], size[i], side[i]].join("\t"),
  );
  const peer = await seconds(() => psql(bare, "copy trades from stdin", `${lines.join("\n")}\n`));
  say(`postgres: psql's copy wrote ${TRADES} trades at ${rate(peer)}`);
  for (const batch of [100, 1_000, 10_000]) {
    const store = await openStore({
      kind: "postgres",
      url: await server.database(),
      dataKind: "simulated",
    });
    await store.write({ instruments: [BTC] });
    const took = await seconds(async () => {
      for (let first = 0; first < TRADES; first += batch) {
        const trades = tradesFrom(first, batch);
        await store.write({ trades: [{ instrument: BTC.id, trades }] });
      }
    });
    say(
      `postgres: in batches of ${batch} at ${rate(took)}, ${
        (peer / took).toFixed(2)
      } times psql, with a digest of each row`,
    );
    if (batch === 10_000) {
      const read = await seconds(() => store.trades({ instrument: BTC.id, ...EVER }));
      say(`postgres: read back at ${rate(read)}`);
      const again = await seconds(() =>
        store.write({ trades: [{ instrument: BTC.id, trades: tradesFrom(0, TRADES) }] })
      );
      say(`postgres: the same once more, which changes nothing, at ${rate(again)}`);
    }
    await store.close();
  }
  const store = await openStore({
    kind: "postgres",
    url: await server.database(),
    dataKind: "simulated",
  });
  const instruments = Array.from(
    { length: INSTRUMENTS },
    (_, i): Instrument => ({ ...BTC, id: `COIN${i}USDT` }),
  );
  await store.write({ instruments });
  const took = await seconds(async () => {
    for (let minute = 0; minute < MINUTES; minute++) {
      const from = START + minute * MINUTE;
      await store.write({
        bars: instruments.map(({ id }) => ({
          instrument: id,
          stepMs: MINUTE,
          bars: barColumns([{ openTime: from }]),
        })),
        coverage: instruments.map(({ id }) => ({
          instrument: id,
          stepMs: MINUTE,
          from,
          to: from + MINUTE,
          state: "complete",
          reason: "",
        })),
      });
    }
  });
  say(
    `postgres: a minute of ${INSTRUMENTS} instruments with its coverage in ${
      (1_000 * took / MINUTES).toFixed(0)
    } ms`,
  );
  await store.close();
} finally {
  await server.stop();
}
