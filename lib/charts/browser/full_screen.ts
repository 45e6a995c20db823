export interface FullScreenOptions {
  readonly panel: HTMLElement;
  readonly signal: AbortSignal;
  readonly guard: (action: () => void) => void;
  /** The chart that has the screen, or undefined; and when the screen has changed. */
  readonly onChange: () => void;
}

/** Gives the screen to one chart of a panel; where the page may not have it, the window. */
export class FullScreen {
  readonly #options: FullScreenOptions;
  #chart: number | undefined;

  constructor(options: FullScreenOptions) {
    this.#options = options;
    const { panel, signal, guard } = options;
    document.addEventListener("fullscreenchange", () => {
      if (this.#chart !== undefined && !panel.matches(":fullscreen")) guard(() => this.leave());
    }, { signal });
    addEventListener("resize", () => {
      if (this.#chart !== undefined) guard(() => this.#changed());
    }, { signal });
    signal.addEventListener("abort", () => this.#exit());
  }

  /** Which chart has the screen. */
  get chart(): number | undefined {
    return this.#chart;
  }

  /** Gives a chart the screen, or takes it back. */
  toggle(chart: number): void {
    if (this.#chart !== undefined) return this.leave();
    this.#chart = chart;
    const { panel } = this.#options;
    // A frame that may not have the screen refuses; some browsers have no such function.
    panel.requestFullscreen?.().catch(() => undefined);
    this.#changed();
  }

  leave(): void {
    if (this.#chart === undefined) return;
    this.#chart = undefined;
    this.#exit();
    this.#changed();
  }

  #exit(): void {
    if (this.#options.panel.matches(":fullscreen")) {
      document.exitFullscreen().catch(() => undefined);
    }
  }

  #changed(): void {
    this.#options.panel.classList.toggle("full", this.#chart !== undefined);
    this.#options.onChange();
  }
}
