import type { Source } from "../../model/instrument.ts";
import type { MinuteGrid } from "../../model/minute_grid.ts";
import {
  CORRELATED_TIMEFRAMES,
  type CorrelatedTimeframe,
  stepOf,
  windowOf,
} from "../../model/timeframe.ts";
import { isLong } from "../../sync/lagged_pairs.ts";
import { commonSlots } from "../../sync/pair_correlation.ts";
import { barsText, lagLimit, lagText, windowLimits } from "../window_limits.ts";
import type { WindowChoice } from "../window_study.ts";
import type { PairReturns } from "../window_view.ts";
import type { PageState } from "./page_state.ts";
import { element } from "./panel_style.ts";
import { say, slider } from "./slider.ts";

/** A pair as the page has it. */
export interface PairData {
  readonly a: { readonly label: string; readonly grid: MinuteGrid };
  readonly b: { readonly label: string; readonly grid: MinuteGrid };
  readonly source: Source;
  /** Only bars that end by then, epoch ms; Infinity for all. */
  readonly to: number;
  /** Returns of 4h and 1d; undefined until they have come. */
  readonly long: PairReturns | undefined;
}

export interface WindowControlsOptions {
  readonly initial: WindowChoice;
  /** Where the reader's settings are kept, under `id`. */
  readonly state: PageState;
  readonly id: string;
  readonly onChange: () => void;
}

/** What is kept: each timeframe has its own window and lag. */
type Kept = Record<CorrelatedTimeframe, { window: number; lag: number }>;

/** A list for the timeframe, sliders for window and lag; all native, so the keyboard works. */
export class WindowControls {
  readonly element = element("div", "controls");
  readonly #options: WindowControlsOptions;
  readonly #timeframe = element("select");
  readonly #window = slider("Window");
  readonly #lag = slider("Lag");
  readonly #listening = new AbortController();
  readonly #kept: Kept;
  #data: PairData | undefined;
  #maxLag = 1;

  constructor(options: WindowControlsOptions) {
    this.#options = options;
    const { initial, state, id } = options;
    const { timeframe, kept } = readKept(state.get(id), initial);
    this.#kept = kept;
    for (const name of CORRELATED_TIMEFRAMES) {
      const option = new Option(name, name);
      option.disabled = isLong(name);
      this.#timeframe.append(option);
    }
    this.#timeframe.value = timeframe;
    const label = element("label");
    label.append(element("span", "", "Timeframe"), element("output"), this.#timeframe);
    this.element.append(label, this.#window.label, this.#lag.label);
    const { signal } = this.#listening;
    this.#timeframe.addEventListener("change", () => {
      this.#fit();
      this.#changed();
    }, { signal });
    for (const { input } of [this.#window, this.#lag]) {
      input.addEventListener("input", () => this.#onSlide(), { signal });
    }
    this.#timeframe.addEventListener("keydown", (event) => event.stopPropagation(), { signal });
  }

  get choice(): WindowChoice {
    const timeframe = this.#timeframe.value as CorrelatedTimeframe;
    return { timeframe, ...this.#kept[timeframe] };
  }

  get maxLag(): number {
    return this.#maxLag;
  }

  setData(data: PairData): void {
    this.#data = data;
    for (const option of this.#timeframe.options) {
      option.disabled = data.long === undefined && isLong(option.value as CorrelatedTimeframe);
    }
    this.#fit();
  }

  dispose(): void {
    this.#listening.abort();
  }

  /** Sets the sliders' ends to what the data allows, and the sliders to what was chosen. */
  #fit(): void {
    if (this.#data === undefined) return;
    const { timeframe } = this.choice;
    const slots = slotsOf(this.#data, timeframe);
    const { least, most } = windowLimits(timeframe, slots);
    this.#maxLag = lagLimit(slots);
    const kept = this.#kept[timeframe];
    kept.window = set(this.#window.input, kept.window, Math.min(least, kept.window), most);
    kept.lag = set(this.#lag.input, kept.lag, -this.#maxLag, this.#maxLag);
    this.#write();
  }

  #onSlide(): void {
    const kept = this.#kept[this.choice.timeframe];
    kept.window = this.#window.input.valueAsNumber;
    kept.lag = this.#lag.input.valueAsNumber;
    this.#changed();
  }

  #changed(): void {
    this.#write();
    const { state, id, onChange } = this.#options;
    state.set(id, { timeframe: this.choice.timeframe, kept: this.#kept });
    onChange();
  }

  #write(): void {
    if (this.#data === undefined) return;
    const { timeframe, window, lag } = this.choice;
    const { a, b } = this.#data;
    say(this.#window, barsText(window, timeframe));
    say(this.#lag, lagText(lag, timeframe, { a: a.label, b: b.label }));
  }
}

/** How many bars of this length both sides have. */
function slotsOf({ a, b, to, long }: PairData, timeframe: CorrelatedTimeframe): number {
  if (isLong(timeframe)) return long?.[timeframe].a.length ?? 0;
  const stepMs = stepOf(timeframe);
  const { start, end } = commonSlots(a.grid, b.grid, stepMs, to);
  return Math.max(0, (end - start) / stepMs || 0);
}

/** @returns the value, moved into the range. */
function set(input: HTMLInputElement, value: number, least: number, most: number): number {
  const within = Math.min(most, Math.max(least, value));
  input.min = String(least);
  input.max = String(most);
  input.valueAsNumber = within;
  return within;
}

/** What the reader had chosen, as far as it can be read; the initial choice for the rest. */
function readKept(
  stored: unknown,
  initial: WindowChoice,
): { timeframe: CorrelatedTimeframe; kept: Kept } {
  const { timeframe, kept } = (stored ?? {}) as {
    timeframe?: CorrelatedTimeframe;
    kept?: Partial<Kept>;
  };
  const of = (name: CorrelatedTimeframe) => {
    const first = name === initial.timeframe ? initial : { window: windowOf({}, name), lag: 0 };
    const { window, lag } = kept?.[name] ?? first;
    const isUsable = Number.isInteger(window) && window >= 4 && Number.isInteger(lag);
    return isUsable ? { window, lag } : { window: first.window, lag: first.lag };
  };
  return {
    timeframe: CORRELATED_TIMEFRAMES.find((name) => name === timeframe) ?? initial.timeframe,
    kept: {
      "1m": of("1m"),
      "5m": of("5m"),
      "15m": of("15m"),
      "1h": of("1h"),
      "4h": of("4h"),
      "1d": of("1d"),
    },
  };
}
