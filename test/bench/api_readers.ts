/**
 * Readers of the API's WebSocket: how long an update takes from its bar to each of 200 readers, beside readers that never
 * read, on the machine's cores. The readers live in a process of their own, and both read the same clock.
 * `deno run -A test/bench/api_readers.ts`.
 */
import { fileURLToPath } from "node:url";
import { fakeMarket } from "../support/fake_market.ts";
import { say } from "../support/say.ts";
import { serveMarket } from "./served_market.ts";

const READERS = Number(Deno.env.get("API_READERS") ?? 200);
const UPDATES = 500;
/** Updates a second: ticks of one instrument come no faster. */
const PER_SECOND = 50;

if (Deno.args[0] === "readers") await read(Number(Deno.args[1]));
else await serve();

/** Prints the delays of all updates, ms, sorted, as JSON. */
async function read(port: number): Promise<void> {
  const delays: number[] = [];
  let isOver = () => {};
  const over = new Promise<void>((resolve) => isOver = resolve);
  let left = READERS * UPDATES;
  await Promise.all(Array.from({ length: READERS }, () =>
    new Promise<void>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/stream`);
      socket.onopen = () =>
        socket.send(JSON.stringify({ op: "subscribe", channels: ["bars:BTCUSDT"] }));
      socket.onmessage = ({ data }) => {
        const now = performance.timeOrigin + performance.now();
        const { type, data: bar } = JSON.parse(data);
        if (type === "snapshot") return resolve();
        // The bar's volume is when it was given to the market.
        delays.push(now - bar.volume);
        if (--left === 0) isOver();
      };
    })));
  say("ready");
  await over;
  say(JSON.stringify(delays.toSorted((a, b) => a - b)));
  Deno.exit(0);
}

async function serve(): Promise<void> {
  const { market, feeds } = fakeMarket();
  const served = await serveMarket(market);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      fileURLToPath(import.meta.url),
      "readers",
      `${served.port}`,
    ],
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await lines.read()).value ?? "";
  for (let minute = 0; minute < UPDATES; minute++) {
    feeds.get("binance")!.bar("BTCUSDT", minute, {
      volume: performance.timeOrigin + performance.now(),
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000 / PER_SECOND));
  }
  for (let piece = await lines.read(); !piece.done; piece = await lines.read()) text += piece.value;
  const delays: number[] = JSON.parse(text.slice(text.indexOf("[")));
  const at = (share: number) => delays[Math.floor(share * (delays.length - 1))]!.toFixed(2);
  say(
    `${READERS} readers, ${PER_SECOND} updates a second: ${delays.length} updates arrived of ${
      READERS * UPDATES
    }; delay p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${
      at(1)
    } ms; ${served.server.figures.stream_dropped} dropped`,
  );
  await served.close();
  await market.close();
}
