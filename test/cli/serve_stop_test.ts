/** Ctrl-C while programs read and ask: what they were sent is on the disk, and each receives a close. */
import assert from "node:assert/strict";
import { openStoreReader } from "../../lib/store/open_store.ts";
import { startCommand } from "../support/command.ts";
import { until } from "../support/simulated_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const CHANNELS = ["bars:BTCUSDT", "ticks:BTCUSDT"];

/** What a reader was sent, and how it ended. */
interface Seen {
  bar: number;
  trade: number;
  end: number | "ended" | undefined;
}

function take(seen: Seen, { channel, type, data }: {
  readonly channel: string;
  readonly type: string;
  readonly data: { readonly openTime: number; readonly closed: boolean; readonly time: number };
}): void {
  if (type !== "update") return;
  if (channel === CHANNELS[0] && data.closed) seen.bar = Math.max(seen.bar, data.openTime);
  if (channel === CHANNELS[1]) seen.trade = Math.max(seen.trade, data.time);
}

function readSocket(host: string): Seen {
  const seen: Seen = { bar: 0, trade: 0, end: undefined };
  const socket = new WebSocket(`ws://${host}/api/v1/stream`);
  socket.onopen = () => socket.send(JSON.stringify({ op: "subscribe", channels: CHANNELS }));
  socket.onmessage = ({ data }) => take(seen, JSON.parse(data));
  socket.onclose = ({ code }) => seen.end = code;
  return seen;
}

function readEvents(host: string): Seen {
  const seen: Seen = { bar: 0, trade: 0, end: undefined };
  void (async () => {
    const { body } = await fetch(`http://${host}/api/v1/events?channels=${CHANNELS.join()}`);
    let text = "";
    for await (const piece of body!.pipeThrough(new TextDecoderStream())) {
      const events = (text + piece).split("\n\n");
      text = events.pop()!;
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) take(seen, JSON.parse(data));
      }
    }
    seen.end = "ended";
  })().catch(() => {});
  return seen;
}

Deno.test("Ctrl-C under load ends with 0: all that readers were sent is stored, and they are told", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/stop.db`, logs = `${folder}/logs`;
    await Deno.writeTextFile(
      `${folder}/config.yaml`,
      `data: { backfillHours: 1, trades: true }\nstore: { kind: sqlite, path: ${path} }\n` +
        `log: { dir: ${logs} }\n`,
    );
    const serve = startCommand("serve", [
      "--config",
      `${folder}/config.yaml`,
      "--port",
      "0",
      "--speed",
      "60",
    ]);
    await serve.until(/BTCUSDT [\d,]+ trades, age/, 60_000);
    const host = /serves at http:\/\/([^/]+)\//.exec(serve.out())![1]!;
    const readers = [...Array.from({ length: 5 }, () => readSocket(host)), readEvents(host)];
    let isOver = false, answers = 0;
    const asking = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const asked = await fetch(`http://${host}/api/v1/bars/BTCUSDT`).catch(() => undefined);
        await asked?.body?.cancel();
        if (asked?.status === 200) answers++;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    for (const end = performance.now() + 60_000; readers.some(({ bar }) => bar === 0);) {
      assert.ok(performance.now() < end, "a minute closed while they read");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const code = await serve.stop();
    isOver = true;
    await Promise.all(asking);
    assert.equal(code, 0, serve.err().slice(-2_000));
    assert.ok(answers > 0);
    // What the server sent at its end is still on its way to this process.
    await until(() => readers.every(({ end }) => end !== undefined), 20_000, "the readers' ends");
    assert.deepEqual(readers.map(({ end }) => end), [1001, 1001, 1001, 1001, 1001, "ended"]);
    const reader = await openStoreReader({ kind: "sqlite", path });
    const [bar, trade] = [
      Math.max(...readers.map(({ bar }) => bar)),
      Math.max(...readers.map(({ trade }) => trade)),
    ];
    const range = { instrument: "BTCUSDT", limit: 10 };
    const bars = await reader.bars({ ...range, stepMs: 60_000, from: bar, to: bar + 1 });
    assert.equal(bars.openTime[0], bar, "the newest minute that was sent");
    const trades = await reader.trades({ ...range, from: trade, to: trade + 1 });
    assert.equal(trades.time[0], trade, "the newest trade that was sent");
    await reader.close();
    // A file a stream, each line whole.
    const files = [...Deno.readDirSync(logs)].map(({ name }) => name);
    for (const source of ["binance", "ibkr", "store"]) assert.ok(files.includes(`${source}.jsonl`));
    for (const file of files) {
      const lines = Deno.readTextFileSync(`${logs}/${file}`).split("\n");
      assert.equal(lines.pop(), "");
      for (const line of lines) assert.equal(typeof JSON.parse(line).message, "string");
    }
    // A line with the trades of each instrument.
    assert.match(serve.out(), /^\d{4}-.* UTC simulated, .* · BTCUSDT .*[\d,]+ trades, .* · ES /m);
  });
});
