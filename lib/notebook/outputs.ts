import { SECOND } from "../model/time.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import type { JupyterPort } from "../runtime/jupyter.ts";
import type { Random } from "../runtime/random.ts";
import type { Frame } from "./panel.ts";
import { type Traffic, TrafficMeter } from "./traffic.ts";

/**
 * The kernel may report a cell as done before its outputs are out, and a headless run stops listening
 * then. This long after the last output every one has arrived, also on a busy machine, ms.
 */
const SETTLE_MS = 60;
/** What is still being made is waited for so long; it comes later by itself then. */
const LATE_MS = 10 * SECOND;

export interface OutputsPorts {
  readonly jupyter: JupyterPort;
  readonly clock: Clock;
  readonly random: Random;
}

/** The outputs of a notebook's cells. */
export class Outputs {
  readonly #jupyter: JupyterPort;
  readonly #clock: Clock;
  readonly #meter: TrafficMeter;
  /** Distinguishes this kernel's outputs from those an older kernel left in the same notebook. */
  readonly #kernel: string;
  #count = 0;
  /** The end of what is still being made; undefined where nothing is. */
  #late: Promise<void> | undefined;

  constructor({ jupyter, clock, random }: OutputsPorts) {
    this.#jupyter = jupyter;
    this.#clock = clock;
    this.#meter = new TrafficMeter(clock);
    this.#kernel = Math.floor(random() * 36 ** 6).toString(36).padStart(6, "0");
  }

  get traffic(): Traffic {
    return this.#meter.read();
  }

  /** Letters and digits that no other kernel of this notebook has. */
  get kernel(): string {
    return this.#kernel;
  }

  /** A name nothing else on the page has: usable as a display id and as an element's id. */
  uniqueId(name: string): string {
    return `${name.replace(/[^\w-]+/g, "-")}-${this.#kernel}-${++this.#count}`;
  }

  /** The display id of what a reader named; the same for the same name, in this kernel. */
  displayIdOf(name: string): string {
    return `${name}:${this.#kernel}`;
  }

  /** A new output below the running cell. Follow the last one with {@link settle}. */
  display(frame: Frame, displayId?: string): void {
    this.#send("display_data", frame, displayId);
  }

  /** Replaces what is shown under the id, in whichever cell that is. */
  update(frame: Frame, displayId: string): void {
    this.#send("update_display_data", frame, displayId);
  }

  /**
   * A new output below the running cell whose content is still being made: `first` stands in its place until then.
   * Every {@link settle} waits for it, so that a headless run does not end before it.
   *
   * @param content does not reject.
   */
  displayLater(first: Frame, content: Promise<Frame>): void {
    const slot = new DisplaySlot(this, this.uniqueId("later"));
    slot.put(first);
    slot.show();
    const late = content.then((frame) => {
      slot.put(frame);
      if (this.#late === late) this.#late = undefined;
    });
    this.#late = late;
  }

  /** HTML that readers do not see and that is sent all the time: without a text, to be as small as can be. */
  pulse(html: string, displayId: string, isNew: boolean): void {
    const type = isNew ? "display_data" : "update_display_data";
    this.#broadcast(type, { "text/html": html }, displayId);
  }

  /** Waits until what was shown has surely reached the page, and so has what was to come later. */
  async settle(signal?: AbortSignal): Promise<void> {
    if (this.#late !== undefined) await this.#arrival(this.#late, signal);
    await this.settleShown(signal);
  }

  /** The same, but for what is still being made. */
  settleShown(signal?: AbortSignal): Promise<void> {
    return sleep(this.#clock, SETTLE_MS, signal);
  }

  async #arrival(late: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const isOver = new AbortController();
    const signals = signal === undefined ? [isOver.signal] : [isOver.signal, signal];
    try {
      await Promise.race([late, sleep(this.#clock, LATE_MS, AbortSignal.any(signals))]);
    } finally {
      isOver.abort();
    }
  }

  #send(type: string, { html, text }: Frame, displayId: string | undefined): void {
    const data: Record<string, string> = html === "" ? {} : { "text/html": html };
    data["text/plain"] = text;
    this.#broadcast(type, data, displayId);
  }

  #broadcast(
    type: string,
    data: Readonly<Record<string, string>>,
    displayId: string | undefined,
  ): void {
    const content = {
      data,
      metadata: {},
      transient: displayId === undefined ? {} : { display_id: displayId },
    };
    this.#meter.count(content);
    this.#jupyter.broadcast(type, content);
  }
}

/** One output that is repainted in place. What does not change is not sent again. */
export class DisplaySlot {
  readonly #outputs: Outputs;
  readonly #displayId: string;
  #frame: Frame | undefined;
  #isShown = false;

  constructor(outputs: Outputs, displayId: string) {
    this.#outputs = outputs;
    this.#displayId = displayId;
  }

  /** Below the running cell, with what was put last; nothing happens when nothing was put. */
  show(): void {
    if (this.#frame === undefined || this.#isShown) return;
    this.#isShown = true;
    this.#outputs.display(this.#frame, this.#displayId);
  }

  /** @returns true when it differs from what was there, and was sent or will be by {@link show}. */
  put(frame: Frame): boolean {
    if (frame.html === this.#frame?.html && frame.text === this.#frame.text) return false;
    this.#frame = frame;
    if (this.#isShown) this.#outputs.update(frame, this.#displayId);
    return true;
  }
}
