/** Wire to values: ours against the least that any client must do with the same bytes. */
import { decodeBinanceFrame } from "../../lib/wire/binance_stream.ts";
import { encodeFrame, TwsFrameDecoder } from "../../lib/wire/tws_frame.ts";

const FRAMES = 10_000;

const klines = Array.from({ length: FRAMES }, (_, i) =>
  JSON.stringify({
    stream: "btcusdt@kline_1m",
    data: {
      e: "kline",
      E: 1764770402000 + 2_000 * i,
      s: "BTCUSDT",
      k: {
        t: 1764770400000,
        T: 1764770459999,
        s: "BTCUSDT",
        i: "1m",
        f: 100 + i,
        L: 120 + i,
        o: "95000.01000000",
        c: "95010.50000000",
        h: "95020.00000000",
        l: "94990.00000000",
        v: "12.34500000",
        n: 21,
        x: i % 30 === 29,
        q: "1172898.00000000",
        V: "6.00000000",
        Q: "570000.00000000",
        B: "0",
      },
    },
  }));

Deno.bench({
  name: `JSON.parse alone, ${FRAMES} kline frames`,
  group: "Binance frames",
  baseline: true,
}, () => {
  for (const text of klines) JSON.parse(text);
});

Deno.bench({
  name: `decodeBinanceFrame, ${FRAMES} kline frames, every field checked`,
  group: "Binance frames",
}, () => {
  for (const text of klines) decodeBinanceFrame(text);
});

const bars = Array.from(
  { length: FRAMES },
  (_, i) =>
    encodeFrame([50, 3, 7, 1764770400 + 5 * i, 6000.25, 6001, 5999.75, 6000.5, 120, 6000.4, 33]),
);
const chunk = new Uint8Array(bars.reduce((sum, frame) => sum + frame.length, 0));
bars.reduce((at, frame) => (chunk.set(frame, at), at + frame.length), 0);
const text = new TextDecoder();

Deno.bench({
  name: `TextDecoder and split alone, ${FRAMES} real-time bars`,
  group: "TWS frames",
  baseline: true,
}, () => {
  text.decode(chunk).split("\0");
});

Deno.bench({
  name: `TwsFrameDecoder, ${FRAMES} real-time bars in chunks of 4 kB`,
  group: "TWS frames",
}, () => {
  const decoder = new TwsFrameDecoder();
  for (let at = 0; at < chunk.length; at += 4_096) decoder.push(chunk.subarray(at, at + 4_096));
});
