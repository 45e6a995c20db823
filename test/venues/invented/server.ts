import { floorTo, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { HttpAnswer, HttpRequest } from "../../../lib/runtime/http_server.ts";
import type {
  EmbeddedServer,
  EmbeddedServerOptions,
} from "../../../lib/simulator/embedded_venue.ts";
import type { EmbeddedVenue } from "../../../lib/simulator/embedded_venue.ts";
import type { FaultAction, FaultKind } from "../../../lib/simulator/fault.ts";
import { brokenText } from "../../../lib/simulator/damage.ts";
import { Link } from "../../../lib/simulator/link.ts";
import { listenVenue } from "../../../lib/simulator/listen_venue.ts";
import { SIMULATED_HEADERS } from "../../../lib/simulator/marker.ts";
import type { SimulatedBar, Truth } from "../../../lib/simulator/truth.ts";
import type {
  StreamUpgrade,
  VenueListener,
  VenueSocket,
} from "../../../lib/simulator/venue_socket.ts";
import { listOf } from "./decode.ts";

const FAULTS: readonly FaultKind[] = ["drop", "stall", "corrupt", "delay", "refuse"];
const TICK_MS = 20;
const MAX_ROWS = 500;
/** Client questions are sent this often, venue ms. */
const QUESTION_MS = 10 * SECOND;

/** The invented venue's server: the same truth as every other simulated venue. */
export const inventedServer: EmbeddedVenue = {
  async start(options) {
    const server = new InventedServer(options);
    await server.open(options);
    return server;
  },
  faults: FAULTS,
};

interface Client {
  readonly socket: VenueSocket;
  readonly names: Set<string>;
  askedAt: number;
}

class InventedServer implements EmbeddedServer {
  readonly venue = "nimbus";
  readonly #options: EmbeddedServerOptions;
  readonly #link = new Link();
  readonly #clients = new Set<Client>();
  #listener: VenueListener | undefined;
  #following: { cancel(): void } | undefined;
  #sentTo: number;

  constructor(options: EmbeddedServerOptions) {
    this.#options = options;
    this.#sentTo = options.time.now();
  }

  async open({ host, port, time }: EmbeddedServerOptions): Promise<void> {
    this.#listener = await listenVenue(
      {
        host,
        port,
        admits: () => !this.#link.isRefusingAt(time.now()),
        headers: SIMULATED_HEADERS,
      },
      (request) => this.#answer(request),
      (upgrade) => void this.#accept(upgrade),
    );
    this.#following = time.follow((_, upTo) => this.#tick(upTo), TICK_MS);
  }

  get port(): number {
    return this.#listener!.port;
  }

  drop(): void {
    this.#listener!.cutAll();
  }

  stall(durationMs: number): void {
    this.#link.stall(this.#options.time.now() + durationMs);
  }

  corrupt(count: number): void {
    this.#link.corrupt(count);
  }

  delay(delayMs: number, durationMs: number): void {
    this.#link.delay(delayMs, this.#options.time.now() + durationMs);
  }

  refuse(durationMs: number): void {
    this.#link.refuse(this.#options.time.now() + durationMs);
    this.drop();
  }

  strike(action: FaultAction): void {
    switch (action.kind) {
      case "drop":
        return this.drop();
      case "stall":
        return this.stall(action.durationMs);
      case "corrupt":
        return this.corrupt(action.count);
      case "delay":
        return this.delay(action.delayMs, action.durationMs);
      case "refuse":
        return this.refuse(action.durationMs);
      default:
        throw new RangeError(`kind must be one of ${FAULTS.join(", ")}, got ${action.kind}`);
    }
  }

  async close(): Promise<void> {
    this.#following?.cancel();
    this.#link.close();
    await this.#listener?.close();
  }

  async #answer({ target }: HttpRequest): Promise<HttpAnswer | undefined> {
    const { time, truth } = this.#options;
    await this.#link.open(time.now());
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

  async #accept(upgrade: StreamUpgrade): Promise<void> {
    const { time, truth } = this.#options;
    await this.#link.open(time.now());
    upgrade.accept((socket) => {
      const client: Client = { socket, names: new Set(), askedAt: time.now() };
      this.#clients.add(client);
      socket.onClose(() => this.#clients.delete(client));
      socket.onText((text) => {
        const [sign, ...names] = listOf(text) ?? [];
        for (const name of names.map(String)) {
          if (sign === "-") client.names.delete(name);
          else if (sign === "+") {
            const market = name.slice(2);
            if (isListed(truth, market, time.now())) client.names.add(name);
            else socket.send(JSON.stringify(["x", "no such market", market]));
          }
        }
        if (sign === "+" || sign === "-") socket.send(JSON.stringify(["ok"]));
      });
    });
  }

  #tick(now: number): void {
    if (this.#link.isStalledAt(now)) return;
    // What fell due in a stall is lost.
    const from = Math.max(this.#sentTo, this.#link.stalledUntil);
    const names = new Set([...this.#clients].flatMap((client) => [...client.names]));
    for (const name of names) {
      for (const frame of framesOf(this.#options.truth, name, from, now)) {
        const damage = this.#link.nextDamage();
        const text = JSON.stringify(frame);
        this.#push(name, damage === undefined ? text : brokenText(text), now);
      }
    }
    this.#sentTo = now;
    for (const client of this.#clients) {
      if (now - client.askedAt < QUESTION_MS) continue;
      client.askedAt = now;
      client.socket.send(JSON.stringify(["?", now]));
    }
    this.#link.flush(now);
  }

  #push(name: string, text: string, now: number): void {
    const to = [...this.#clients].filter((client) => client.names.has(name));
    this.#link.send(now, true, () => {
      for (const client of to) if (this.#clients.has(client)) client.socket.send(text);
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
