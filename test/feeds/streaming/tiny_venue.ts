import { floorTo, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { type Clock, sleep, type Timer } from "../../../lib/runtime/clock.ts";
import type { HttpGet } from "../../../lib/runtime/http.ts";
import type { OpenWebSocket, WebSocketHandlers } from "../../../lib/runtime/web_socket.ts";
import { PAGE } from "./tiny_adapter.ts";

export interface TinyTrade {
  readonly id: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

interface Link {
  readonly handlers: WebSocketHandlers;
  readonly products: Set<string>;
  pingedAt: number;
  isAnswered: boolean;
}

const SPACING_MS = 3 * SECOND;
const HISTORY_MS = 4 * 60 * MINUTE;

/** The made-up venue in memory: a trade every three seconds, none in every fifth minute. */
export class TinyVenue {
  readonly trades: TinyTrade[] = [];
  readonly sent: string[] = [];
  readonly asked: string[] = [];
  readonly links = new Set<Link>();
  /** What becomes of each frame of trades. */
  mangle: (frame: string) => readonly string[] = (frame) => [frame];
  /** An open socket says nothing. */
  isMute = false;
  /** Instead of answers, HTTP 200 with this error. */
  refusal: string | undefined;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #products: readonly string[];
  #timer: Timer | undefined;
  #servedTo: number;

  constructor(clock: Clock, start: number, products: readonly string[]) {
    this.#clock = clock;
    this.#start = this.#servedTo = start;
    this.#products = products;
    for (let time = start - HISTORY_MS; time < start + HISTORY_MS; time += SPACING_MS) {
      if ((floorTo(time, MINUTE) / MINUTE) % 5 === 4) continue;
      const id = 1_000 + this.trades.length;
      this.trades.push({ id, time: time + 7, price: 100 + (id * 37 % 11), size: 1 + id % 3 });
    }
    this.#serve();
  }

  now(): number {
    return this.#start + this.#clock.monotonic();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Cuts every socket. */
  drop(): void {
    for (const link of [...this.links]) this.#end(link, 1006);
  }

  /** Open, high, low, close and volume of a minute; undefined where nothing traded. */
  minute(openTime: number, until = Infinity): readonly number[] | undefined {
    const made = this.trades.filter(({ time }) =>
      time >= openTime && time < Math.min(openTime + MINUTE, until)
    );
    const prices = made.map(({ price }) => price);
    if (made.length === 0) return undefined;
    const volume = made.reduce((sum, { size }) => sum + size, 0);
    return [prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!, volume];
  }

  readonly httpGet: HttpGet = async (url, { signal }) => {
    await sleep(this.#clock, 30, signal);
    const { pathname, searchParams, search } = new URL(url);
    this.asked.push(pathname + search);
    const number = (name: string) => Number(searchParams.get(name));
    const answer = (value: unknown) => ({ status: 200, headers: {}, text: JSON.stringify(value) });
    if (this.refusal !== undefined) return answer({ error: this.refusal });
    if (pathname === "/time") return answer({ seconds: Math.floor(this.now() / SECOND) });
    if (pathname === "/trades") {
      const below = this.trades.filter(({ id, time }) =>
        id < number("below") && time <= this.now()
      );
      return answer({ rows: below.slice(-PAGE.trades).reverse().map(rowOf) });
    }
    const rows: unknown[] = [];
    for (let time = number("from"); time < number("to") && time <= this.now(); time += MINUTE) {
      const minute = this.minute(time, this.now());
      if (minute !== undefined) rows.unshift([time, ...minute]);
    }
    return answer({ rows });
  };

  readonly openSocket: OpenWebSocket = (_url, handlers) => {
    const link: Link = { handlers, products: new Set(), pingedAt: this.now(), isAnswered: true };
    const timer = this.#clock.setTimer(() => {
      this.links.add(link);
      handlers.onOpen({ headers: {} });
    }, 20);
    return {
      send: (text) => this.#receive(link, text),
      close: () => {
        timer.cancel();
        this.links.delete(link);
        return Promise.resolve();
      },
    };
  };

  #receive(link: Link, text: string): void {
    this.sent.push(text);
    const { subscribe, leave, pong } = JSON.parse(text);
    if (pong !== undefined) link.isAnswered = true;
    if (leave !== undefined) link.products.delete(leave);
    if (subscribe === undefined) return;
    const isKnown = this.#products.includes(subscribe);
    if (isKnown) link.products.add(subscribe);
    const answer = isKnown ? { ack: subscribe } : { refused: subscribe };
    link.handlers.onText(JSON.stringify(answer));
  }

  #end(link: Link, code: number): void {
    this.links.delete(link);
    link.handlers.onEnd({ kind: "closed", code, reason: "" });
  }

  /** Once a second: two trades at most, a heartbeat, now and then a ping. */
  #serve(): void {
    const now = this.now();
    const rows = this.trades.filter(({ time }) => time > this.#servedTo && time <= now).map(rowOf);
    const last = this.trades.findLast(({ time }) => time <= now)?.id;
    this.#servedTo = now;
    for (const link of this.isMute ? [] : [...this.links]) {
      for (const product of link.products) {
        const frames = rows.length === 0
          ? []
          : this.mangle(JSON.stringify({ product, trades: rows }));
        for (const frame of frames) link.handlers.onText(frame);
        link.handlers.onText(JSON.stringify({ beat: product, last, time: now }));
      }
      if (now - link.pingedAt < 15 * SECOND) continue;
      if (!link.isAnswered) {
        this.#end(link, 4_000);
        continue;
      }
      link.pingedAt = now;
      link.isAnswered = false;
      link.handlers.onText(JSON.stringify({ ping: now }));
    }
    this.#timer = this.#clock.setTimer(() => this.#serve(), SECOND);
  }
}

const rowOf = ({ id, time, price, size }: TinyTrade) => [id, time, price, size, id % 2 ? "b" : "s"];
