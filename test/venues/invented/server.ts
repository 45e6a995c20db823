import { floorTo, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { HttpAnswer, HttpRequest } from "../../../lib/runtime/http_server.ts";
import { COMMON_FAULTS } from "../../../lib/simulator/common_faults.ts";
import { brokenText } from "../../../lib/simulator/damage.ts";
import type {
  EmbeddedServerOptions,
  EmbeddedVenue,
} from "../../../lib/simulator/embedded_venue.ts";
import type { FaultAction } from "../../../lib/simulator/fault.ts";
import type { SimulatedBar, Truth } from "../../../lib/simulator/truth.ts";
import type { StreamUpgrade, VenueSocket } from "../../../lib/simulator/venue_socket.ts";
import type { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { type WebConnection, WebVenue } from "../../../lib/simulator/web_venue.ts";
import { listOf } from "./decode.ts";

const MAX_ROWS = 500;
/** Client questions are sent this often, venue ms. */
const QUESTION_MS = 10 * SECOND;

/** The invented venue's server: the same truth as every other simulated venue. */
export const inventedServer: EmbeddedVenue = {
  async start(options) {
    const server = new InventedServer(options);
    await server.open();
    return server;
  },
  faults: COMMON_FAULTS,
};

class Client implements WebConnection {
  readonly names = new Set<string>();
  readonly #socket: VenueSocket;
  readonly #truth: Truth;
  readonly #time: VenueTime;
  #askedAt: number;
  #isGone = false;

  constructor(socket: VenueSocket, { truth, time }: EmbeddedServerOptions) {
    this.#socket = socket;
    this.#truth = truth;
    this.#time = time;
    this.#askedAt = time.now();
    socket.onText((text) => this.#take(text));
  }

  send(text: string): void {
    if (!this.#isGone) this.#socket.send(text);
  }

  keepAlive(now: number): void {
    if (now - this.#askedAt < QUESTION_MS) return;
    this.#askedAt = now;
    this.send(JSON.stringify(["?", now]));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  gone(): void {
    this.#isGone = true;
  }

  #take(text: string): void {
    const [sign, ...names] = listOf(text) ?? [];
    for (const name of names.map(String)) {
      if (sign === "-") this.names.delete(name);
      else if (sign === "+") {
        const market = name.slice(2);
        if (isListed(this.#truth, market, this.#time.now())) this.names.add(name);
        else this.send(JSON.stringify(["x", "no such market", market]));
      }
    }
    if (sign === "+" || sign === "-") this.send(JSON.stringify(["ok"]));
  }
}

class InventedServer extends WebVenue<Client> {
  readonly venue = "nimbus";
  readonly #options: EmbeddedServerOptions;

  constructor(options: EmbeddedServerOptions) {
    super(options);
    this.#options = options;
  }

  protected strikeOwn({ kind }: FaultAction): void {
    throw new RangeError(`kind must be one of ${COMMON_FAULTS.join(", ")}, got ${kind}`);
  }

  protected answer({ target }: HttpRequest): HttpAnswer {
    const { time, truth } = this.#options;
    const { pathname, searchParams } = new URL(target, "http://nimbus");
    if (pathname === "/v0/clock") return json({ ms: time.now() });
    const market = searchParams.get("market") ?? "";
    if (!isListed(truth, market, time.now())) return json({ error: "no such market" }, 404);
    const count = Math.min(MAX_ROWS, Number(searchParams.get("count")));
    const rows: unknown[] = [];
    let at = Math.max(truth.from, floorTo(Number(searchParams.get("from")), MINUTE));
    for (; at + MINUTE <= time.now() && rows.length < count; at += MINUTE) {
      const bar = truth.minute(market, at);
      if (bar !== undefined) rows.push(rowOf(bar));
    }
    return json({ rows, more: at + MINUTE <= time.now() });
  }

  protected upgrade(upgrade: StreamUpgrade): void {
    this.accept(upgrade, (socket) => new Client(socket, this.#options));
  }

  protected publish(after: number, upTo: number): number {
    const names = new Set([...this.connections].flatMap((client) => [...client.names]));
    for (const name of names) {
      for (const frame of framesOf(this.#options.truth, name, after, upTo)) {
        const damage = this.link.nextDamage();
        const text = JSON.stringify(frame);
        this.#push(name, damage === undefined ? text : brokenText(text), upTo);
      }
    }
    return upTo;
  }

  #push(name: string, text: string, now: number): void {
    const to = [...this.connections].filter((client) => client.names.has(name));
    this.link.send(now, true, () => {
      for (const client of to) client.send(text);
    });
  }
}

/** What a topic says in `(after, upTo]`. */
function framesOf(truth: Truth, name: string, after: number, upTo: number): unknown[] {
  const market = name.slice(2);
  const frames: unknown[] = [];
  for (let minute = floorTo(after, MINUTE); minute <= upTo; minute += MINUTE) {
    const all = truth.trades(market, minute).filter(({ time }) => time <= upTo);
    const fresh = all.filter(({ time }) => time > after);
    if (name.startsWith("t:")) {
      if (fresh.length === 0) continue;
      const rows = fresh.map(({ id, time, price, size, buyerIsMaker }) => [
        ...[id, time, String(price), String(size), buyerIsMaker ? "s" : "b"],
      ]);
      frames.push(["t", market, fresh.at(-1)!.time, rows]);
      continue;
    }
    const lastId = all.at(-1)?.id ?? 0;
    const end = minute + MINUTE;
    const whole = truth.minute(market, minute);
    if (end <= upTo && end > after && whole !== undefined) {
      frames.push(["m", market, end, rowOf(whole), lastId, true]);
    } else if (fresh.length > 0 && end > upTo) {
      const prices = all.map(({ price }) => price);
      const volume = all.reduce((sum, { size }) => sum + size, 0);
      const money = all.reduce((sum, { size, price }) => sum + size * price, 0);
      const forming: SimulatedBar = {
        openTime: minute,
        open: prices[0]!,
        high: Math.max(...prices),
        low: Math.min(...prices),
        close: prices.at(-1)!,
        volume,
        trades: all.length,
        vwap: Math.min(Math.max(money / volume, Math.min(...prices)), Math.max(...prices)),
      };
      frames.push(["m", market, fresh.at(-1)!.time, rowOf(forming), lastId, false]);
    }
  }
  return frames;
}

function rowOf({ openTime, open, high, low, close, volume, trades, vwap }: SimulatedBar) {
  const texts = [open, high, low, close, volume].map(String);
  return [openTime / SECOND, ...texts, trades, vwap];
}

function isListed(truth: Truth, market: string, at: number): boolean {
  return truth.listings(at).some(({ symbol, kind }) => symbol === market && kind === "crypto");
}

function json(value: unknown, status = 200): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, text: JSON.stringify(value) };
}
