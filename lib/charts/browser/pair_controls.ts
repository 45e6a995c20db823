import {
  HEDGE_KINDS,
  type HedgeKind,
  longestWindow,
  PAIR_TIMEFRAMES,
  type PairTimeframe,
} from "../../pairs/pair_settings.ts";
import { HEDGE_NAMES } from "../pair_text.ts";
import { checkPairChoice, type PairChoice } from "../pair_study.ts";
import { barsText } from "../window_limits.ts";
import { element } from "./panel_style.ts";
import { say, type Slider, slider } from "./slider.ts";

export interface PairControlsOptions {
  readonly initial: PairChoice;
  /** Whether there is a chart of a choice. */
  readonly canBe: (choice: PairChoice) => boolean;
  readonly onChange: () => void;
}

/** Ends of the sliders where the data would allow more. */
const LEAST_WINDOW = 20, LEAST_Z = 5, USUAL_Z = 100;
const MOST_BAND = 6, BAND_STEP = 0.1;
/** The line that there is of all bars. */
const ANY_BARS: HedgeKind = "ols";

/** Lists for bars and hedge, sliders for windows and bands; all native, so the keyboard works. */
export class PairControls {
  readonly element = element("div", "controls");
  readonly #options: PairControlsOptions;
  readonly #timeframe: HTMLSelectElement;
  readonly #hedge: HTMLSelectElement;
  readonly #window = slider("Line over");
  readonly #zWindow = slider("z over");
  readonly #enter = slider("Enter beyond");
  readonly #exit = slider("Exit within");
  /** What was asked for; the data may allow less. */
  #choice: PairChoice;

  constructor(options: PairControlsOptions) {
    this.#choice = options.initial;
    this.#options = options;
    this.#timeframe = this.#list("Bars", PAIR_TIMEFRAMES.map((name) => [name, name]));
    this.#hedge = this.#list("Hedge", HEDGE_KINDS.map((name) => [name, HEDGE_NAMES[name]]));
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

  /** Sets what can be chosen. @param rows how many there are of the bars that are chosen: how far windows can reach */
  fit(rows: number): void {
    const choice = this.#choice, { canBe } = this.#options;
    for (const option of this.#timeframe.options) {
      const timeframe = option.value as PairTimeframe;
      option.hidden = option.disabled = !canBe({ ...choice, timeframe, hedge: ANY_BARS });
    }
    for (const option of this.#hedge.options) {
      const hedge = option.value as HedgeKind;
      option.hidden = option.disabled = !canBe({ ...choice, hedge });
    }
    const { timeframe, hedge, window, zWindow, enter, exit } = choice;
    const half = Math.floor(rows / 2), longest = longestWindow(hedge);
    this.#timeframe.value = timeframe;
    this.#hedge.value = hedge;
    set(this.#window, window, LEAST_WINDOW, Math.min(longest, Math.max(window, half)));
    const other = window < longest ? window + 1 : window - 1;
    this.#window.input.disabled = !canBe({ ...choice, window: other });
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
    const hedge = this.#hedge.value as HedgeKind;
    const choice: PairChoice = {
      timeframe: this.#timeframe.value as PairTimeframe,
      hedge,
      window: Math.min(this.#window.input.valueAsNumber, longestWindow(hedge)),
      zWindow: this.#zWindow.input.valueAsNumber,
      enter: tenths(this.#enter.input.valueAsNumber),
      exit,
    };
    const { canBe, onChange } = this.#options;
    this.choice = canBe(choice) ? choice : { ...choice, hedge: ANY_BARS };
    onChange();
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
