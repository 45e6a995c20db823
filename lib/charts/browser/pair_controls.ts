import { HEDGE_NAMES } from "../pair_text.ts";
import {
  checkPairChoice,
  PAGE_HEDGES,
  PAGE_TIMEFRAMES,
  type PageTimeframe,
  type PairChoice,
} from "../pair_study.ts";
import { barsText } from "../window_limits.ts";
import { element } from "./panel_style.ts";
import { say, type Slider, slider } from "./slider.ts";

export interface PairControlsOptions {
  readonly initial: PairChoice;
  readonly onChange: () => void;
}

/** Ends of the sliders where the data would allow more. */
const MOST_WINDOW = 1_200, LEAST_WINDOW = 20, LEAST_Z = 5, USUAL_Z = 100;
const MOST_BAND = 6, BAND_STEP = 0.1;

/** Lists for bars and hedge, sliders for windows and bands; all native, so the keyboard works. */
export class PairControls {
  readonly element = element("div", "controls");
  readonly #onChange: () => void;
  readonly #timeframe: HTMLSelectElement;
  readonly #hedge: HTMLSelectElement;
  readonly #window = slider("Line over");
  readonly #zWindow = slider("z over");
  readonly #enter = slider("Enter beyond");
  readonly #exit = slider("Exit within");
  /** What was asked for; the data may allow less. */
  #choice: PairChoice;

  constructor({ initial, onChange }: PairControlsOptions) {
    this.#choice = initial;
    this.#onChange = onChange;
    this.#timeframe = this.#list("Bars", PAGE_TIMEFRAMES.map((name) => [name, name]));
    this.#hedge = this.#list("Hedge", PAGE_HEDGES.map((name) => [name, HEDGE_NAMES[name]]));
    for (const one of [this.#enter, this.#exit]) one.input.step = `${BAND_STEP}`;
    for (const one of [this.#window, this.#zWindow, this.#enter, this.#exit]) {
      one.input.addEventListener("input", () => this.#read());
      this.element.append(one.label);
    }
  }

  get choice(): PairChoice {
    return this.#choice;
  }

  /** @throws {RangeError} for a choice that cannot be. */
  set choice(choice: PairChoice) {
    this.#choice = checkPairChoice(choice);
  }

  /** Which bars there are, and how many of those that are chosen: how far windows can reach. */
  fit(bars: readonly PageTimeframe[], rows: number): void {
    for (const option of this.#timeframe.options) {
      option.hidden = option.disabled = !bars.includes(option.value as PageTimeframe);
    }
    const { timeframe, hedge, window, zWindow, enter, exit } = this.#choice;
    const half = Math.floor(rows / 2);
    this.#timeframe.value = timeframe;
    this.#hedge.value = hedge;
    set(this.#window, window, LEAST_WINDOW, Math.min(MOST_WINDOW, Math.max(window, half)));
    set(this.#zWindow, zWindow, LEAST_Z, Math.max(USUAL_Z, zWindow, half));
    set(this.#enter, enter, BAND_STEP, Math.max(MOST_BAND, enter));
    set(this.#exit, exit, 0, this.#lastExit);
    say(this.#window, barsText(window, timeframe));
    say(this.#zWindow, `${zWindow} spreads`);
    say(this.#enter, `|z| ${enter}`);
    say(this.#exit, `|z| ${exit}`);
  }

  /** The exit band lies within that of entry. */
  get #lastExit(): number {
    return tenths(this.#enter.input.valueAsNumber - BAND_STEP);
  }

  #list(name: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
    const list = element("select"), label = element("label");
    list.append(...options.map(([value, text]) => new Option(text, value)));
    list.addEventListener("keydown", (event) => event.stopPropagation());
    list.addEventListener("change", () => this.#read());
    label.append(element("span", "", name), element("output"), list);
    this.element.append(label);
    return list;
  }

  #read(): void {
    const exit = Math.min(tenths(this.#exit.input.valueAsNumber), this.#lastExit);
    this.choice = {
      timeframe: this.#timeframe.value as PageTimeframe,
      hedge: this.#hedge.value as PairChoice["hedge"],
      window: this.#window.input.valueAsNumber,
      zWindow: this.#zWindow.input.valueAsNumber,
      enter: tenths(this.#enter.input.valueAsNumber),
      exit,
    };
    this.#onChange();
  }
}

function set({ input }: Slider, value: number, least: number, most: number): void {
  input.min = `${least}`;
  input.max = `${most}`;
  input.valueAsNumber = value;
}

/** As sliders step, without the rounding of doubles. */
function tenths(value: number): number {
  return Math.round(10 * value) / 10;
}
