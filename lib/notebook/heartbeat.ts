import { HEARTBEAT_MS, heartbeatMarkup } from "../charts/live_markup.ts";
import type { Beat } from "../charts/live_markup.ts";
import type { Clock, Timer } from "../runtime/clock.ts";
import type { Outputs } from "./outputs.ts";

/** A panel's part in the heartbeat. */
export interface HeartbeatShare {
  /** Shows the heartbeat in the running cell. */
  show(): void;
  /** The panel has ended. Safe to call twice. */
  leave(): void;
}

/**
 * One small message every two seconds, for as long as any panel runs: while it arrives, the page may call live what says
 * so. All of a notebook's panels share one display, shown in the cell of each, so that a page that was loaded anew
 * receives it again with the first cell that is run. VS Code updates a display in the last cell alone that shows it, and
 * only while that cell is in sight: there each cell has a display of its own.
 */
export class Heartbeat {
  readonly #outputs: Outputs;
  readonly #clock: Clock;
  #count = 0;
  #timer: Timer | undefined;
  readonly #isPerCell: boolean;
  /** Display ids of the cells whose panels run, each as often as there are such. */
  readonly #displays = new Map<string, number>();
  #shown = 0;

  /** @param options.isPerCell whether each cell has a display of its own. @default false */
  constructor(outputs: Outputs, clock: Clock, options: { readonly isPerCell?: boolean } = {}) {
    this.#outputs = outputs;
    this.#clock = clock;
    this.#isPerCell = options.isPerCell ?? false;
  }

  /** The newest: what is stated now holds as long as others follow it. */
  get beat(): Beat {
    return { kernel: this.#outputs.kernel, count: this.#count };
  }

  /** One more panel runs, and this is its first heartbeat; {@link HeartbeatShare.show} sends it. */
  join(): HeartbeatShare {
    this.#count++;
    this.#schedule();
    const { kernel } = this.#outputs;
    const id = this.#isPerCell ? kernel + (this.#shown++).toString(36) : kernel;
    this.#displays.set(id, (this.#displays.get(id) ?? 0) + 1);
    let hasLeft = false;
    return {
      show: () => this.#send(id, true),
      leave: () => {
        if (hasLeft) return;
        hasLeft = true;
        this.#leave(id);
      },
    };
  }

  #leave(id: string): void {
    const left = this.#displays.get(id)! - 1;
    if (left > 0) this.#displays.set(id, left);
    else this.#displays.delete(id);
    if (this.#displays.size === 0) this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(() => {
      this.#count++;
      this.#schedule();
      for (const id of this.#displays.keys()) this.#send(id, false);
    }, HEARTBEAT_MS);
  }

  #send(id: string, isNew: boolean): void {
    this.#outputs.pulse(heartbeatMarkup(this.beat), id, isNew);
  }
}
