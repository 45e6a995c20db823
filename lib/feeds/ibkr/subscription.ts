import { SECOND } from "../../model/time.ts";
import type { ListedFuture } from "./gateway.ts";
import type { SessionTools } from "./session_tools.ts";

const RETRY_FLOOR_MS = SECOND;

/** The one stream of an instrument on the wire: five-second bars, or ticks in delayed mode. */
export class Subscription {
  readonly #tools: SessionTools;
  readonly #isDelayed: boolean;
  #id: number | undefined;
  #openedAt = Infinity;
  #notBefore = -Infinity;

  constructor(tools: SessionTools, isDelayed: boolean) {
    this.#tools = tools;
    this.#isDelayed = isDelayed;
  }

  /** Request id while the stream is wanted from the venue. */
  get id(): number | undefined {
    return this.#id;
  }

  /** Local monotonic ms when it was asked for. */
  get openedAt(): number {
    return this.#openedAt;
  }

  /** Asks for the stream with a fresh id, as soon as that is allowed. @returns true when it was asked. */
  open(future: ListedFuture): boolean {
    const { gateway, freshId, budget, pace, context } = this.#tools;
    const now = context.clock.monotonic();
    if (this.#id !== undefined || now < this.#notBefore) return false;
    const id = freshId();
    if (this.#isDelayed) gateway.ticks(id, future);
    else {
      const request = `stream ${id}`;
      const waitMs = budget.waitMs(future.localSymbol, request, now * context.speed);
      this.#notBefore = now + pace(waitMs);
      if (waitMs > 0) return false;
      budget.spend(future.localSymbol, request, now * context.speed);
      gateway.bars(id, future);
    }
    this.#id = id;
    this.#openedAt = now;
    return true;
  }

  /** Ends the stream; the next may be asked for at once. */
  close(): void {
    const { gateway } = this.#tools;
    if (this.#id !== undefined) {
      if (this.#isDelayed) gateway.cancelTicks(this.#id);
      else gateway.cancelBars(this.#id);
    }
    this.#id = undefined;
    this.#notBefore = -Infinity;
  }

  /** The venue has refused or ended it; the next is asked for after `venueMs`. */
  postpone(venueMs: number): void {
    const { pace, context } = this.#tools;
    this.#id = undefined;
    this.#notBefore = context.clock.monotonic() + pace(venueMs, RETRY_FLOOR_MS);
  }
}
