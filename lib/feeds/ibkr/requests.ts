import type { Clock, Timer } from "../../runtime/clock.ts";
import type {
  FutureQuery,
  Gateway,
  GatewayEvent,
  HistoryRequest,
  ListedFuture,
  VenueBar,
} from "./gateway.ts";

/** What became of a request that has one answer. */
export type Answer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "refused"; readonly code: number; readonly text: string }
  /** No answer in time. */
  | { readonly kind: "timeout" }
  /** The connection ended first. */
  | { readonly kind: "ended" };

interface Pending {
  readonly scope: unknown;
  /** Takes it back on the wire. */
  readonly cancel: () => void;
  readonly settle: (answer: Answer<never> | Answer<unknown>) => void;
  readonly futures: ListedFuture[];
  /** When its wait ends, local monotonic ms. */
  readonly until: number;
  timer: Timer;
  /** What the venue has remarked about it: that is why it is refused, if no answer follows. */
  remark: { readonly code: number; readonly text: string } | undefined;
}

/** An answer that the venue remarks upon comes at once, or not at all, local ms. */
const REMARKED_LIMIT_MS = 10_000;

/** Requests with one answer. */
export interface Asking {
  /** @param limitMs longest wait, local ms. */
  futures(query: FutureQuery, limitMs: number): Promise<Answer<readonly ListedFuture[]>>;
  /** @param limitMs longest wait, local ms. */
  history(request: HistoryRequest, limitMs: number): Promise<Answer<readonly VenueBar[]>>;
}

/** The requests of one asker, who may leave before they are answered. */
export interface RequestScope extends Asking {
  /** Answers everything of this asker that is pending with `ended`, and takes it back on the wire. */
  end(): void;
}

/**
 * Requests with one answer over one gateway: a fresh id for each, a limit on every wait, and an answer in
 * every case, so that nothing stays pending.
 */
export class Requests implements Asking {
  readonly #gateway: Gateway;
  readonly #clock: Clock;
  readonly #freshId: () => number;
  readonly #pending = new Map<number, Pending>();
  #isOver = false;

  constructor(options: { gateway: Gateway; clock: Clock; freshId: () => number }) {
    this.#gateway = options.gateway;
    this.#clock = options.clock;
    this.#freshId = options.freshId;
  }

  futures(
    query: FutureQuery,
    limitMs: number,
    scope?: RequestScope,
  ): Promise<Answer<readonly ListedFuture[]>> {
    return this.#ask(limitMs, scope, (id) => this.#gateway.futures(id, query));
  }

  history(
    request: HistoryRequest,
    limitMs: number,
    scope?: RequestScope,
  ): Promise<Answer<readonly VenueBar[]>> {
    return this.#ask(
      limitMs,
      scope,
      (id) => this.#gateway.history(id, request),
      (id) => this.#gateway.cancelHistory(id),
    );
  }

  /** The same for one asker. */
  scope(): RequestScope {
    let isOver = false;
    const ended: Answer<never> = { kind: "ended" };
    const scope: RequestScope = {
      futures: (query, limitMs) =>
        isOver ? Promise.resolve(ended) : this.futures(query, limitMs, scope),
      history: (request, limitMs) =>
        isOver ? Promise.resolve(ended) : this.history(request, limitMs, scope),
      end: () => {
        isOver = true;
        for (const pending of [...this.#pending.values()]) {
          if (pending.scope !== scope) continue;
          pending.cancel();
          pending.settle(ended);
        }
      },
    };
    return scope;
  }

  /** Takes an event that answers one of these requests. @returns false when it is not ours. */
  take(event: GatewayEvent): boolean {
    if (!("id" in event)) return false;
    const pending = this.#pending.get(event.id);
    if (pending === undefined) return false;
    switch (event.kind) {
      case "future":
        pending.futures.push(event.future);
        return true;
      case "futures-end":
        pending.settle({ kind: "ok", value: pending.futures });
        return true;
      case "history":
        pending.settle({ kind: "ok", value: event.bars });
        return true;
      default:
        return false;
    }
  }

  /** Ends a request with an error of the venue. @returns false when the id is not ours. */
  refuse(id: number, code: number, text: string): boolean {
    const pending = this.#pending.get(id);
    pending?.settle({ kind: "refused", code, text });
    return pending !== undefined;
  }

  /** The venue has remarked on the subscription of a request: an answer may follow all the same, and soon. */
  advise(id: number, code: number, text: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.remark !== undefined) return;
    pending.remark = { code, text };
    pending.timer.cancel();
    const waitMs = Math.min(REMARKED_LIMIT_MS, pending.until - this.#clock.monotonic());
    pending.timer = this.#clock.setTimer(() => this.#timeout(pending), Math.max(0, waitMs));
  }

  /** True while the id awaits its answer. */
  has(id: number): boolean {
    return this.#pending.has(id);
  }

  /** Answers everything pending with `ended`. */
  end(): void {
    this.#isOver = true;
    for (const { settle } of [...this.#pending.values()]) settle({ kind: "ended" });
  }

  #ask<T>(
    limitMs: number,
    scope: RequestScope | undefined,
    send: (id: number) => void,
    cancel: (id: number) => void = () => {},
  ): Promise<Answer<T>> {
    if (this.#isOver) return Promise.resolve({ kind: "ended" });
    const id = this.#freshId();
    return new Promise((resolve) => {
      const settle = (answer: Answer<unknown>) => {
        pending.timer.cancel();
        this.#pending.delete(id);
        resolve(answer as Answer<T>);
      };
      const pending: Pending = {
        scope,
        cancel: () => cancel(id),
        settle,
        futures: [],
        until: this.#clock.monotonic() + limitMs,
        timer: this.#clock.setTimer(() => this.#timeout(pending), limitMs),
        remark: undefined,
      };
      this.#pending.set(id, pending);
      send(id);
    });
  }

  #timeout({ cancel, settle, remark }: Pending): void {
    cancel();
    settle(remark === undefined ? { kind: "timeout" } : { kind: "refused", ...remark });
  }
}
