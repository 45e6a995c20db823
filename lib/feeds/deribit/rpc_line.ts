import { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { OpenWebSocket, WebSocketConnection, WebSocketEnd } from "../../runtime/web_socket.ts";
import { decodeDeribitFrame, type DeribitMessage } from "../../wire/deribit_frame.ts";
import type { DeribitError } from "../../wire/deribit_error.ts";
import type { Pace } from "../pace.ts";
import type { CallBudget } from "./call_budget.ts";
import { endOf, unanswered, unreachable } from "./explain.ts";

/** What comes without having been asked for. */
export type DeribitNotice = Exclude<DeribitMessage, { readonly kind: "reply" | "error" }>;

export interface RpcLineOptions {
  readonly url: string;
  readonly openWebSocket: OpenWebSocket;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly budget: CallBudget;
  /** Deribit has answered at this address before. */
  readonly isKnown: () => boolean;
  readonly onNotice: (notice: DeribitNotice) => void;
  /** Called for a refusal that belongs to no call. */
  readonly onStrayError: (error: DeribitError) => void;
  /** The connection is over. */
  readonly onLost: (error: MarketError) => void;
}

/** A call that Deribit has refused; the connection may go on. */
export class RefusedCall extends Error {
  override readonly name = "RefusedCall";
  readonly method: string;
  readonly error: DeribitError;

  constructor(method: string, error: DeribitError) {
    super(`${method}: ${error.code} ${error.message}`);
    this.method = method;
    this.error = error;
  }
}

/** The result of a call, and when it was sent and answered, local monotonic ms. */
export interface Answer {
  readonly result: unknown;
  readonly sentAt: number;
  readonly receivedAt: number;
}

interface Pending {
  settle(message: Extract<DeribitMessage, { readonly kind: "reply" | "error" }>): void;
  fail(error: unknown): void;
}

const OPEN_LIMIT_MS = 8 * SECOND;
const OPEN_LIMIT_FLOOR_MS = 2 * SECOND;
const ANSWER_LIMIT_MS = 10 * SECOND;
const ANSWER_LIMIT_FLOOR_MS = 5 * SECOND;

/** One connection to Deribit: calls with their answers, notices, and its end. */
export class RpcLine {
  readonly #options: RpcLineOptions;
  readonly #host: string;
  readonly #pending = new Map<number, Pending>();
  #socket: WebSocketConnection | undefined;
  #opening: { readonly done: (error?: MarketError) => void } | undefined;
  #timer: Timer | undefined;
  #lastId = 0;
  #wasOpen = false;
  /** Local monotonic ms of the newest frame. */
  heardAt = NaN;

  constructor(options: RpcLineOptions) {
    this.#options = options;
    this.#host = new URL(options.url).host;
  }

  get host(): string {
    return this.#host;
  }

  /** Opens the socket. @throws {MarketError} when it cannot be opened. */
  open(signal: AbortSignal): Promise<void> {
    const { url, openWebSocket, clock, pace } = this.#options;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#opening = {
        done: (error) => {
          this.#opening = undefined;
          this.#timer?.cancel();
          signal.removeEventListener("abort", onAbort);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      this.#timer = clock.setTimer(
        () => this.#opening?.done(unreachable(this.#host, "timeout")),
        pace(OPEN_LIMIT_MS, OPEN_LIMIT_FLOOR_MS),
      );
      this.#socket = openWebSocket(url, {
        onOpen: () => {
          this.#wasOpen = true;
          this.heardAt = clock.monotonic();
          this.#opening?.done();
        },
        onText: (text) => this.#onText(text),
        onEnd: (end) => this.#onEnd(end),
      });
    });
  }

  /**
   * Calls a method when the budget allows.
   *
   * @throws {RefusedCall} when Deribit refuses it.
   * @throws {MarketError} when no answer comes: the connection is dead.
   */
  async call(
    method: string,
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { clock, pace, budget } = this.#options;
    await budget.take(signal);
    if (signal.aborted) throw signal.reason;
    const id = ++this.#lastId;
    const sentAt = clock.monotonic();
    return await new Promise<Answer>((resolve, reject) => {
      const end = (settle: () => void) => {
        timer.cancel();
        signal.removeEventListener("abort", onAbort);
        this.#pending.delete(id);
        settle();
      };
      const onAbort = () => end(() => reject(signal.reason));
      const timer = clock.setTimer(
        () => end(() => reject(unanswered(this.#host, method))),
        pace(ANSWER_LIMIT_MS, ANSWER_LIMIT_FLOOR_MS),
      );
      signal.addEventListener("abort", onAbort, { once: true });
      this.#pending.set(id, {
        settle: (message) =>
          end(() => {
            if (message.kind === "error") return reject(new RefusedCall(method, message.error));
            resolve({ result: message.result, sentAt, receivedAt: clock.monotonic() });
          }),
        fail: (error) => end(() => reject(error)),
      });
      this.#send(id, method, params);
    });
  }

  /** Answers a `test_request`, at once and whatever the budget says: silence costs the connection. */
  answerTest(): void {
    this.#send(++this.#lastId, "public/test", {});
  }

  /** Cuts the connection; resolves when it is gone. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#socket?.close();
  }

  #send(id: number, method: string, params: Readonly<Record<string, unknown>>): void {
    this.#socket?.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  }

  #onText(text: string): void {
    this.heardAt = this.#options.clock.monotonic();
    const message = decodeDeribitFrame(text);
    if (message.kind === "reply") return this.#pending.get(message.id)?.settle(message);
    if (message.kind !== "error") return this.#options.onNotice(message);
    const pending = message.id === undefined ? undefined : this.#pending.get(message.id);
    if (pending === undefined) this.#options.onStrayError(message.error);
    else pending.settle(message);
  }

  #onEnd(end: WebSocketEnd): void {
    const error = endOf(this.#host, end, {
      wasOpen: this.#wasOpen,
      isKnown: this.#options.isKnown(),
    });
    if (this.#opening !== undefined) return this.#opening.done(error);
    // A refusal that ended the connection has been received before its end, and says more.
    this.#options.onLost(error);
    for (const pending of [...this.#pending.values()]) pending.fail(error);
  }
}
