import { STRATEGY_FIELDS, type StrategyTexts } from "../strategy_fields.ts";
import { element } from "./panel_style.ts";

export interface StrategyControlsOptions {
  /** What the cell says. */
  readonly initial: StrategyTexts;
  readonly typed: StrategyTexts;
  /** The cell's call for what is typed. @throws {RangeError} saying what cannot be */
  readonly check: (texts: StrategyTexts) => string;
  readonly onTrade: (texts: StrategyTexts) => void;
}

/** Fields for what a backtest tries; all native, so that the keyboard works: Enter trades it. */
export class StrategyControls {
  readonly element = element("div");
  readonly #options: StrategyControlsOptions;
  readonly #inputs = new Map<string, HTMLInputElement>();
  readonly #trade = element("button", "", "Trade it on the past");
  readonly #back = element("button", "", "As the cell has it");
  readonly #said = element("span", "said");
  readonly #call = element("div", "call");
  readonly #code = element("code");
  #canTrade = true;

  constructor(options: StrategyControlsOptions) {
    this.#options = options;
    const fields = element("div", "fields");
    for (const { name, title, none } of STRATEGY_FIELDS) {
      const label = element("label"), input = element("input");
      input.value = options.typed[name] ?? "";
      input.name = name;
      input.inputMode = "decimal";
      input.autocomplete = "off";
      input.placeholder = none ?? "";
      // Notebooks have keys of their own for letters and Enter.
      input.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Enter") this.#submit();
      });
      input.addEventListener("input", () => this.#write());
      label.append(element("span", "", title), input);
      fields.append(label);
      this.#inputs.set(name, input);
    }
    this.#said.setAttribute("role", "status");
    for (const button of [this.#trade, this.#back]) button.type = "button";
    this.#trade.addEventListener("click", () => this.#submit());
    this.#back.addEventListener("click", () => {
      for (const [name, input] of this.#inputs) input.value = options.initial[name] ?? "";
      this.#submit();
    });
    const actions = element("div", "actions");
    actions.append(this.#trade, this.#back, this.#said);
    const copy = element("button", "", "Copy");
    copy.type = "button";
    copy.addEventListener("click", () => this.#copy(copy));
    this.#call.append("In the cell: ", this.#code, copy);
    this.element.append(fields, actions, this.#call);
    this.#write();
  }

  /** False where the bars are too many to travel: the call is all there is then. */
  set canTrade(can: boolean) {
    this.#canTrade = can;
    this.#trade.hidden = !can;
    if (!can) this.say("More bars than a page is given: run the cell with the call below.");
    this.#write();
  }

  say(text: string, isWrong = false): void {
    this.#said.textContent = text;
    this.#said.classList.toggle("wrong", isWrong);
  }

  get #texts(): StrategyTexts {
    return Object.fromEntries(
      [...this.#inputs].map(([name, { value }]) => [name, value.trim()] as const),
    );
  }

  #submit(): void {
    if (this.#write() && this.#canTrade) this.#options.onTrade(this.#texts);
  }

  /** Says what cannot be, or how a cell says it. @returns whether it can be */
  #write(): boolean {
    const { initial, check } = this.#options, texts = this.#texts;
    const isInitial = [...this.#inputs.keys()].every((name) => texts[name] === initial[name]);
    this.#back.hidden = this.#call.hidden = isInitial;
    try {
      this.#code.textContent = check(texts);
      if (this.#said.classList.contains("wrong")) this.say("");
      this.#mark("");
      return true;
    } catch (error) {
      const { message } = error as Error;
      this.#call.hidden = true;
      this.say(`${message}.`, true);
      this.#mark(message);
      return false;
    }
  }

  /** Shows which fields a message names. */
  #mark(message: string): void {
    for (const [name, input] of this.#inputs) {
      const words = name === "entries" ? [name, "enter"] : [name];
      input.setAttribute("aria-invalid", `${words.some((word) => message.includes(word))}`);
    }
  }

  #copy(button: HTMLButtonElement): void {
    const text = this.#code.textContent ?? "";
    const done = () => {
      button.textContent = "Copied";
      setTimeout(() => button.textContent = "Copy", 2_000);
    };
    // Pages without a secure address have no clipboard: the text is chosen by a click on it.
    navigator.clipboard?.writeText(text).then(
      done,
      () => getSelection()?.selectAllChildren(this.#code),
    );
  }
}
