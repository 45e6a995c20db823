import { HEARTBEAT_MS, heartbeatMarkup } from "../charts/live_markup.ts";
import type { Beat } from "../charts/live_markup.ts";
import type { Clock, Timer } from "../runtime/clock.ts";
import type { Outputs } from "./outputs.ts";

/**
 * One small message every two seconds, for as long as any panel runs: while it arrives, the page may call live what says
 * so. All of a notebook's panels share one display, shown in the cell of each, so that a page that was loaded anew
 * receives it again with the first cell that is run.
 */
export class Heartbeat {
  readonly #outputs: Outputs;
  readonly #clock: Clock;
  #count = 0;
  #panels = 0;
  #timer: Timer | undefined;

  constructor(outputs: Outputs, clock: Clock) {
    this.#outputs = outputs;
    this.#clock = clock;
  }

  /** The newest: what is stated now holds as long as others follow it. */
  get beat(): Beat {
    return { kernel: this.#outputs.kernel, count: this.#count };
  }

  /** One more panel runs, until the returned function is called. Makes the next heartbeat; {@link show} sends it. */
  join(): () => void {
    this.#panels++;
    this.#count++;
    this.#schedule();
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      if (--this.#panels === 0) this.#timer?.cancel();
    };
  }

  /** Shows the heartbeat in the running cell too. */
  show(): void {
    this.#send(true);
  }

  #schedule(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(() => {
      this.#count++;
      this.#schedule();
      this.#send(false);
    }, HEARTBEAT_MS);
  }

  #send(isNew: boolean): void {
    this.#outputs.pulse(heartbeatMarkup(this.beat), this.#outputs.kernel, isNew);
  }
}
