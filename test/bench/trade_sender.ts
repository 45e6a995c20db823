/**
 * A process that plays Binance's USD-M futures on the loopback: REST as far as a market asks for it, and a WebSocket
 * over which `POST /go?trades=N` sends N aggregate trades of BTCUSDT as fast as the reader takes them. With `ahead=A`
 * it stays at most A trades before what the lines of its standard input say is done. The frames are written before, so
 * that the sender takes little of the two cores. `POST /steady?symbols=C0USDT,C1USDT&rate=R&seconds=S` sends R trades a
 * second, each symbol in its turn. Prints its port.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { say } from "../support/say.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const MINUTE = 60_000;
const CHUNK = 64 * 1024;
/** A mark price of each symbol comes this often, whatever trades, and keeps the connection alive. */
const MARK_MS = 3_000;
/** The forming minute of each symbol comes this often: as the venue's klines do. */
const BAR_MS = 250;
/** Trades of one venue millisecond. */
const TRADES_PER_MS = 200;

/** One unmasked text frame. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126
    ? Buffer.from([0x81, body.length])
    : Buffer.from([0x81, 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, body]);
}

function tradeText(id: number, time: number, symbol = "BTCUSDT"): string {
  const price = (60_000 + (id * 7919 % 1_000) / 10).toFixed(2);
  const size = (0.001 * (1 + id % 97)).toFixed(3);
  return `{"stream":"${symbol.toLowerCase()}@aggTrade","data":{"e":"aggTrade","E":${time},"s":"${symbol}","a":${id},` +
    `"p":"${price}","q":"${size}","f":${id},"l":${id},"T":${time},"m":${id % 3 === 0}}}`;
}

function markText(symbol: string, time: number): string {
  return `{"stream":"${symbol.toLowerCase()}@markPrice","data":{"e":"markPriceUpdate","E":${time},"s":"${symbol}",` +
    `"p":"60010.00000000","P":"60000.00000000","i":"60000.00000000","r":"0.00010000","T":${time}}}`;
}

/** The minute that is forming. */
function barText(symbol: string, time: number, lastId: number): string {
  const open = time - time % MINUTE, price = "60000.00";
  const k = {
    t: open,
    T: open + MINUTE - 1,
    s: symbol,
    i: "1m",
    f: 1_000_000,
    L: lastId,
    o: price,
    c: price,
    h: price,
    l: price,
    v: "1",
    n: 1,
    x: false,
    q: price,
    V: "1",
    Q: price,
    B: "0",
  };
  const data = { e: "kline", E: time, s: symbol, k };
  return JSON.stringify({ stream: `${symbol.toLowerCase()}@kline_1m`, data });
}

interface Chunk {
  readonly bytes: Buffer;
  readonly trades: number;
}

function chunksOf(firstId: number, trades: number, start: number): Chunk[] {
  const chunks: Chunk[] = [];
  let frames: Buffer[] = [], bytes = 0;
  for (let i = 0; i < trades; i++) {
    const frame = frameOf(tradeText(firstId + i, start + Math.floor(i / TRADES_PER_MS)));
    frames.push(frame);
    bytes += frame.length;
    if (bytes < CHUNK && i < trades - 1) continue;
    chunks.push({ bytes: Buffer.concat(frames), trades: frames.length });
    frames = [];
    bytes = 0;
  }
  return chunks;
}

/** Trades of this run that are done, by the other side. */
let done = 0;
let onDone = () => {};

async function readDone(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    done = Number(line);
    onDone();
  }
}

async function send(socket: Duplex, chunks: readonly Chunk[], ahead: number): Promise<void> {
  let sent = 0;
  for (const { bytes, trades } of chunks) {
    while (sent - done > ahead) await new Promise<void>((resolve) => onDone = resolve);
    if (!socket.write(bytes)) await new Promise((resolve) => socket.once("drain", resolve));
    sent += trades;
  }
}

/** Trades at an even pace by the clock on the wall. */
function sendSteadily(socket: Duplex, query: URLSearchParams): void {
  const symbols = query.get("symbols")!.split(","), rate = Number(query.get("rate"));
  const all = rate * Number(query.get("seconds")), started = Date.now();
  let sent = 0, nextMark = started, nextBar = started;
  const timer = setInterval(() => {
    const now = Date.now(), due = Math.min(all, Math.floor((now - started) * rate / 1_000));
    const frames: Buffer[] = [];
    for (; sent < due; sent++) {
      const id = 1_000_000 + Math.floor(sent / symbols.length);
      frames.push(frameOf(tradeText(id, now, symbols[sent % symbols.length])));
    }
    if (now >= nextBar && sent > 0) {
      nextBar += BAR_MS;
      const lastId = 1_000_000 + Math.floor(sent / symbols.length) - 1;
      for (const symbol of symbols) frames.push(frameOf(barText(symbol, now, lastId)));
    }
    if (now >= nextMark) {
      nextMark += MARK_MS;
      for (const symbol of symbols) frames.push(frameOf(markText(symbol, now)));
    }
    socket.write(Buffer.concat(frames));
    if (sent === all) clearInterval(timer);
  }, 10);
}

function klines(query: URLSearchParams): unknown[] {
  const now = Date.now(), rows: unknown[] = [];
  const limit = Number(query.get("limit") ?? 500);
  for (
    let time = Number(query.get("startTime"));
    rows.length < limit && time < now;
    time += MINUTE
  ) {
    const price = "60000.00";
    rows.push([
      time,
      price,
      price,
      price,
      price,
      "1",
      time + MINUTE - 1,
      price,
      1,
      "1",
      price,
      "0",
    ]);
  }
  return rows;
}

let socket: Duplex | undefined;
let nextId = 1_000_000;

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const reply = (value: unknown) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(value));
  };
  if (url.pathname.endsWith("/time")) return reply({ serverTime: Date.now() });
  if (url.pathname.endsWith("/klines")) return reply(klines(url.searchParams));
  if (url.pathname.endsWith("/aggTrades")) return reply([]);
  if (url.pathname === "/steady" && socket !== undefined) {
    sendSteadily(socket, url.searchParams);
    return reply({});
  }
  if (url.pathname !== "/go" || socket === undefined) {
    response.statusCode = 404;
    return reply({ code: -1, msg: "not there" });
  }
  const trades = Number(url.searchParams.get("trades"));
  const chunks = chunksOf(nextId, trades, Date.now());
  reply({ firstId: nextId, trades });
  nextId += trades;
  done = 0;
  send(socket, chunks, Number(url.searchParams.get("ahead") ?? Infinity));
});

server.on("upgrade", (request, opened: Duplex) => {
  const key = createHash("sha1").update(request.headers["sec-websocket-key"] + GUID);
  opened.write(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Accept: ${key.digest("base64")}\r\n\r\n`,
  );
  opened.on("error", () => opened.destroy());
  opened.on("data", () => {});
  socket = opened;
});

readDone();
server.listen(0, "127.0.0.1", () => say(`${(server.address() as AddressInfo).port}`));
