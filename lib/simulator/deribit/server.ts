import { floorTo, MINUTE } from "../../model/time.ts";
import type { HttpAnswer, HttpRequest } from "../../runtime/http_server.ts";
import type { EmbeddedServer } from "../embedded_venue.ts";
import type { FaultAction } from "../fault.ts";
import type { Truth } from "../truth.ts";
import type { StreamUpgrade } from "../venue_socket.ts";
import { WebVenue, type WebVenueOptions } from "../web_venue.ts";
import { Caller } from "./caller.ts";
import { DeribitConnection } from "./connection.ts";
import { httpCallOf } from "./http_call.ts";
import { channelOf, PLATFORM_CHANNEL, PUBLISHED } from "./indices.ts";
import { errorText, noticeText, replyText } from "./rpc.ts";
import { Counters, type DeribitStats } from "./stats.ts";
import { damaged, type IndexNotice, Troubles } from "./troubles.ts";

export interface DeribitServerOptions extends WebVenueOptions {
  /** Values of an index come at least this far apart, venue ms. @default every value of the truth */
  readonly sampleMs?: number;
}

/** A listening Deribit venue: `ws://127.0.0.1:PORT/ws/api/v2` and `http://127.0.0.1:PORT/api/v2/public/…`. */
export interface DeribitServer extends EmbeddedServer {
  stats(): DeribitStats;
}

/** Longest stretch of values sent in one go; what is older is lost, as on a connection that is too slow. */
const MOST_BEHIND_MS = 10 * MINUTE;
/** Maintenance is announced, and connections close so much later, venue ms. */
const CLOSING_MS = 2_000;

/**
 * Starts a simulated Deribit venue on one loopback port: JSON-RPC over WebSocket, and the methods that need no
 * socket over HTTP GET, with Deribit's errors, credits and heartbeats. It publishes `DVOL` and `DVOL-ETH` of
 * the truth: values on `deribit_volatility_index.<index>`, rows by `public/get_volatility_index_data`.
 *
 * @throws the system's error when the port is taken.
 */
export async function startDeribitServer(options: DeribitServerOptions): Promise<DeribitServer> {
  const venue = new DeribitVenue(options);
  await venue.open();
  return venue;
}

class DeribitVenue extends WebVenue<DeribitConnection> implements DeribitServer {
  readonly venue = "deribit";
  readonly #truth: Truth;
  readonly #sampleMs: number;
  readonly #troubles = new Troubles();
  readonly #counters = new Counters();
  readonly #caller: Caller;
  /** Announced and not over yet. */
  #isLocked = false;
  #isMaintained = false;
  /** When maintenance closes what is open. */
  #closesAt = Infinity;

  constructor(options: DeribitServerOptions) {
    super(options);
    const { truth, sampleMs = 0 } = options;
    this.#truth = truth;
    this.#sampleMs = sampleMs;
    this.#caller = new Caller({
      truth,
      troubles: this.#troubles,
      link: this.link,
      counters: this.#counters,
    });
  }

  stats(): DeribitStats {
    const { connections, calls, creditsExceeded, notices, testRequests, unanswered } =
      this.#counters;
    const open = [...this.connections];
    return {
      liveSockets: open.length,
      connections,
      subscriptions: open.reduce((sum, connection) => sum + connection.subscriptions, 0),
      calls,
      creditsExceeded,
      fewestCredits: this.#caller.fewestCredits,
      notices,
      testRequests,
      unanswered,
    };
  }

  protected strikeOwn(action: FaultAction, now: number): void {
    switch (action.kind) {
      case "dead-streams":
        return this.#forgetIndices();
      case "duplicate":
        return this.#troubles.order.repeat(action.count);
      case "shuffle":
        return this.#troubles.order.shuffle(action.count);
      case "heartbeat-lost":
        for (const each of this.connections) each.end(1000, "test_request was not answered");
        return;
      case "channel-missing":
        this.#troubles.missingUntil = now + action.durationMs;
        return this.#forgetIndices();
      case "maintenance":
        this.#troubles.maintenanceUntil = now + action.durationMs;
        this.#closesAt = now + CLOSING_MS;
        return this.#announce(now);
      case "lock-index":
        this.#troubles.lockedUntil = now + action.durationMs;
        return this.#announce(now);
      case "credits":
        this.#troubles.callsToRefuse += action.count;
        return;
      case "history-short":
        this.#troubles.answersToCut += action.count;
        return;
      case "future-row":
        this.#troubles.answersAhead += action.count;
        return;
      default:
        throw new RangeError(`a fault of Deribit must be of its kinds, got ${action.kind}`);
    }
  }

  protected answer(request: HttpRequest): HttpAnswer {
    const call = httpCallOf(request);
    if (call === undefined) return { status: 404, text: "Not Found" };
    const now = this.time.now();
    const { result, error, spoil } = this.#caller.call(
      call.method,
      call.params,
      now,
      () => undefined,
    );
    const headers = { "Content-Type": "application/json" };
    if (error === undefined) {
      return { status: 200, headers, text: spoil(replyText(undefined, result, now)) };
    }
    const status = error.code === 10028 ? 429 : 400;
    return { status, headers, text: errorText(undefined, error, now) };
  }

  protected upgrade(upgrade: StreamUpgrade): void {
    const [path] = upgrade.target.split("?", 1);
    if (path !== "/ws/api/v2") return upgrade.refuse({ status: 404, text: "" });
    this.accept(upgrade, (socket) => {
      this.#counters.connections++;
      return new DeribitConnection(socket, {
        caller: this.#caller,
        troubles: this.#troubles,
        link: this.link,
        time: this.time,
        clock: this.clock,
        counters: this.#counters,
      });
    });
  }

  #forgetIndices(): void {
    for (const connection of this.connections) connection.forgetIndices();
  }

  protected publish(after: number, upTo: number): number {
    this.#announce(upTo);
    this.#sendValues(Math.max(after, upTo - MOST_BEHIND_MS), upTo);
    return upTo;
  }

  /** Says when maintenance or a lock begins and ends, and closes for maintenance. */
  #announce(now: number): void {
    const isMaintained = this.#troubles.isMaintained(now);
    if (isMaintained !== this.#isMaintained) {
      this.#isMaintained = isMaintained;
      this.#send(PLATFORM_CHANNEL, now, { maintenance: isMaintained });
    }
    const isLocked = this.#troubles.isLocked(now);
    if (isLocked !== this.#isLocked) {
      this.#isLocked = isLocked;
      for (const { name } of PUBLISHED) {
        this.#send(PLATFORM_CHANNEL, now, { price_index: name, locked: isLocked });
      }
    }
    if (now < this.#closesAt) return;
    this.#closesAt = Infinity;
    for (const connection of this.connections) connection.end(1001, "system_maintenance");
  }

  #sendValues(after: number, now: number): void {
    for (const notice of this.#notices(after, now)) {
      const isSilent = this.#troubles.isLocked(notice.time) ||
        this.#troubles.isMaintained(notice.time);
      if (isSilent) continue;
      const damage = this.link.nextDamage();
      if (damage !== undefined) notice.text = damaged(notice.text, damage);
      for (const { channel, time, text } of this.#troubles.order.pass(notice)) {
        for (const connection of this.connections) connection.publish(channel, time, text);
      }
    }
  }

  /** Values in `(after, upTo]`, in time order. */
  #notices(after: number, upTo: number): IndexNotice[] {
    const notices: IndexNotice[] = [];
    for (const index of PUBLISHED) {
      const channel = channelOf(index);
      if (!this.#isSubscribed(channel)) continue;
      let sampled = NaN;
      for (let minute = floorTo(after, MINUTE); minute <= upTo; minute += MINUTE) {
        for (const { time, value } of this.#truth.values?.(index.symbol, minute) ?? []) {
          const sample = this.#sampleMs > 0 ? floorTo(time, this.#sampleMs) : time;
          const isTaken = sample !== sampled;
          sampled = sample;
          if (!isTaken || time <= after || time > upTo) continue;
          const data = { timestamp: time, volatility: value, index_name: index.name };
          notices.push({
            channel,
            time,
            text: noticeText("subscription", { channel, data }),
          });
        }
      }
    }
    return notices.sort((a, b) => a.time - b.time);
  }

  #isSubscribed(channel: string): boolean {
    for (const connection of this.connections) if (connection.has(channel)) return true;
    return false;
  }

  #send(channel: string, now: number, data: Readonly<Record<string, unknown>>): void {
    const text = noticeText("subscription", { channel, data });
    for (const connection of this.connections) connection.publish(channel, now, text);
  }
}
