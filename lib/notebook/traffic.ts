import { SECOND } from "../model/time.ts";
import type { Clock } from "../runtime/clock.ts";

/** What the kernel sent to the page. A stalled page holds up the whole kernel, so this is kept small. */
export interface Traffic {
  /** Since the notebook was set up. */
  readonly messages: number;
  /** Bytes of content since the notebook was set up, without the protocol's headers. */
  readonly bytes: number;
  /** Over the last minute, or since the set-up when that is less long ago. */
  readonly bytesPerSecond: number;
}

const SECONDS_KEPT = 60;
const encoder = new TextEncoder();

/** Counts messages and bytes; keeps one number for each of the last 60 seconds. */
export class TrafficMeter {
  readonly #clock: Clock;
  readonly #since: number;
  readonly #recent = new Float64Array(SECONDS_KEPT);
  #second = 0;
  #messages = 0;
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  count(content: unknown): void {
    const bytes = encoder.encode(JSON.stringify(content)).length;
    this.#forget();
    this.#messages++;
    this.#bytes += bytes;
    this.#recent[this.#second % SECONDS_KEPT]! += bytes;
  }

  read(): Traffic {
    this.#forget();
    const seconds = Math.min(SECONDS_KEPT, this.#second + 1);
    const recent = this.#recent.reduce((sum, bytes) => sum + bytes, 0);
    return { messages: this.#messages, bytes: this.#bytes, bytesPerSecond: recent / seconds };
  }

  /** Moves on to the present second; those that have passed unused carried nothing. */
  #forget(): void {
    const second = Math.floor((this.#clock.monotonic() - this.#since) / SECOND);
    const passed = Math.min(second - this.#second, SECONDS_KEPT);
    for (let i = 1; i <= passed; i++) this.#recent[(this.#second + i) % SECONDS_KEPT] = 0;
    this.#second = second;
  }
}
