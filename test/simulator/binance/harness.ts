// @ts-types="@types/ws"
import { type RawData, WebSocket } from "ws";
import { MINUTE } from "../../../lib/model/time.ts";
import type { Clock, Timer } from "../../../lib/runtime/clock.ts";
import { fetchGet, type HttpReply } from "../../../lib/runtime/http.ts";
import {
  type BinanceScenario,
  type BinanceServer,
  startBinanceServer,
} from "../../../lib/simulator/binance/server.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { HandTruth } from "./hand_truth.ts";

/** Wednesday, 3 December 2025, 14:00 UTC. */
export const START = Date.UTC(2025, 11, 3, 14, 0);

/** A clock that jumps: what falls due on the way happens at the end of the jump, as after a pause. */
export class JumpClock implements Clock {
  #monotonic = 0;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer = { at: this.#monotonic + delayMs, callback };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((one) => one !== timer)) };
  }

  jump(ms: number): void {
    this.#monotonic += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.#monotonic);
    this.#timers = this.#timers.filter((timer) => timer.at > this.#monotonic);
    for (const timer of due) timer.callback();
  }

  get pending(): number {
    return this.#timers.length;
  }
}

/** A message parsed. */
// deno-lint-ignore no-explicit-any
export type Message = any;

const PATIENCE_MS = 3_000;

/** A stream client that keeps what it received. */
export class StreamClient {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly pings: string[] = [];
  /** `[code, reason]` once it is over. */
  readonly closed: Promise<[number, string]>;
  failure: string | undefined;
  #wake = () => {};
  #id = 1_000;

  constructor(port: number, path: string, { autoPong = true } = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { autoPong });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code: number, reason: { toString(): string }) => {
        resolve([code, reason.toString()]);
        this.#wake();
      });
    });
    this.socket.on("error", (error: Error) => this.failure = error.message);
    this.socket.on("ping", (data: RawData) => this.pings.push(data.toString()));
    this.socket.on("message", (data: RawData) => {
      this.texts.push(data.toString());
      this.#wake();
    });
  }

  static async open(port: number, path: string, options?: { autoPong: boolean }) {
    const client = new StreamClient(port, path, options);
    await new Promise<void>((resolve, reject) => {
      client.socket.once("open", () => resolve());
      client.socket.once("close", () => reject(new Error(client.failure)));
    });
    return client;
  }

  get messages(): Message[] {
    return this.texts.map((text) => JSON.parse(text));
  }

  /** The first received text that passes. */
  async until(passes: (text: string) => boolean): Promise<string> {
    const deadline = performance.now() + PATIENCE_MS;
    while (true) {
      const found = this.texts.find(passes);
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`not received; last was ${this.texts.at(-1)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Sends a control request and waits for its reply. */
  async ask(method: string, params?: unknown): Promise<Message> {
    const id = this.#id++;
    this.socket.send(JSON.stringify({ method, params, id }));
    return JSON.parse(await this.until((text) => text.endsWith(`"id":${id}}`)));
  }

  /** Waits until all that was sent so far is here. */
  async drain(): Promise<Message[]> {
    const { id } = await this.ask("LIST_SUBSCRIPTIONS");
    return this.messages.filter((message) => message.id !== id);
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}

/** Venue time when the stage opens: what belongs to the minute before has been sent. */
const OPENING = START + 5;

export interface Stage {
  readonly server: BinanceServer;
  readonly clock: JumpClock;
  readonly time: VenueTime;
  readonly truth: HandTruth;
  /** Moves venue time to `ms` after {@link START}, and lets every client answer its pings. */
  to(ms: number): Promise<void>;
  get(path: string, headers?: Record<string, string>): Promise<HttpReply>;
  /** Rows or object of a call that succeeds. */
  json(path: string, headers?: Record<string, string>): Promise<Message>;
  open(path: string, options?: { autoPong: boolean }): Promise<StreamClient>;
}

/** A venue on a clock moved by hand; everything is closed at the end. */
export async function onStage(
  body: (stage: Stage) => Promise<void>,
  { start = OPENING, speed = 1, truth = new HandTruth(START - 300 * MINUTE), options = {} }: {
    start?: number;
    speed?: number;
    truth?: HandTruth;
    options?: BinanceScenario;
  } = {},
): Promise<void> {
  const clock = new JumpClock();
  const time = new VenueTime({ clock, start, speed });
  const server = await startBinanceServer({ truth, time, clock, options });
  const clients: StreamClient[] = [];
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetchGet(`http://127.0.0.1:${server.port}${path}`, { timeoutMs: PATIENCE_MS, headers });
  try {
    await body({
      server,
      clock,
      time,
      truth,
      async to(ms) {
        clock.jump((START + ms - time.now()) / speed);
        for (let i = 0; i < 100 && server.stats().pings > server.stats().pongs; i++) {
          await breathe(1);
        }
      },
      get,
      async json(path, headers) {
        const reply = await get(path, headers);
        if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
        return JSON.parse(reply.text);
      },
      async open(path, options) {
        const client = await StreamClient.open(server.port, path, options);
        clients.push(client);
        return client;
      },
    });
  } finally {
    for (const client of clients) await client.close();
    await server.close();
  }
}

/** Lets sockets do what they can do now. */
export function breathe(ms = 20): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
