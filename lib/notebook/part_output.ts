import { panelMarkup } from "../charts/live_markup.ts";
import type { Theme } from "../charts/theme.ts";
import { sentenceOf } from "../model/sentence_of.ts";
import type { Clock } from "../runtime/clock.ts";
import { DisplaySlot, type Outputs } from "./outputs.ts";
import type { Frame, PanelPart } from "./panel.ts";
import { RepaintPace } from "./repaint_pace.ts";

export interface PartOutputOptions {
  /** The panel's. */
  readonly id: string;
  readonly outputs: Outputs;
  readonly clock: Clock;
  /** Least local time between two drawings, unless the part has its own. */
  readonly minIntervalMs: number;
  readonly theme: Theme;
}

/** One {@link PanelPart} in its display, repainted at its own pace. */
export class PartOutput {
  #part: PanelPart;
  readonly #id: string;
  readonly #theme: Theme;
  readonly #slot: DisplaySlot;
  readonly #pace: RepaintPace;
  #unsubscribe: (() => void) | undefined;
  #error: string | undefined;

  constructor(part: PanelPart, options: PartOutputOptions) {
    const { id, outputs, clock, minIntervalMs, theme } = options;
    this.#part = part;
    this.#id = id;
    this.#theme = theme;
    this.#slot = new DisplaySlot(outputs, `${id}:${part.name}`);
    this.#pace = new RepaintPace({
      clock,
      minIntervalMs: part.minIntervalMs ?? minIntervalMs,
      isInStep: part.isInStep ?? true,
      run: () => this.#draw(),
    });
  }

  /** Why the last drawing failed; undefined since one succeeded. */
  get error(): string | undefined {
    return this.#error;
  }

  start(): void {
    // Without a frame there would be no place for the next.
    this.#slot.put({ html: "<!-- -->", text: "" });
    this.#unsubscribe = this.#part.subscribe(() => this.#pace.request());
    this.#draw();
  }

  get name(): string {
    return this.#part.name;
  }

  /** Shows another part in the same display from now on. */
  goOnWith(part: PanelPart): void {
    const unsubscribe = part.subscribe(() => this.#pace.request());
    this.#unsubscribe?.();
    this.#unsubscribe = unsubscribe;
    this.#part = part;
    this.#pace.request();
  }

  show(): void {
    this.#slot.show();
  }

  /** Draws once more, and nothing afterwards. */
  drawLast(): void {
    this.#pace.stop();
    this.#draw();
  }

  end(): void {
    this.#pace.stop();
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #draw(): void {
    try {
      const frame = this.#part.draw(this.#id);
      if (frame !== undefined) this.#put(frame);
      if (this.#part.holdsBack?.()) this.#pace.request();
      this.#error = undefined;
    } catch (error) {
      this.#error = `The ${this.#part.name} part could not be drawn: ${sentenceOf(error)}`;
    }
  }

  #put({ html, text }: Frame): void {
    const { isSeen = false } = this.#part;
    this.#slot.put({ html: isSeen ? panelMarkup(html, this.#id, this.#theme) : html, text });
  }
}
