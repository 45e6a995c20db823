import type { PageOffer } from "../../page_message.ts";
import { choiceOf, element, field } from "../element.ts";

/** A rule with the keys of the configuration; a key that is left out stands at its default. */
export type RuleFields = Readonly<Record<string, string | number | readonly string[]>>;

/** The usual one first. */
const SEVERITIES = ["minor", "info", "major", "critical"];
const HOURS = ["always", "us", "europe", "asia", "open"];
/** Keys that hold a number. */
const COUNTS = ["window", "horizon"];

/** What can be said of a rule: read as it is typed, and filled from a rule that there is. */
export class RuleInputs {
  readonly body = element("div", { class: "fields" });
  readonly #metric = choiceOf("metric", []);
  readonly #timeframe = choiceOf("timeframe", []);
  readonly #known = element("datalist", { id: "rule-of" });
  readonly #channels = element("span", {
    class: "checks",
    role: "group",
    "aria-label": "Notify",
  });
  readonly #inputs: ReadonlyMap<string, HTMLInputElement | HTMLSelectElement>;

  constructor() {
    const name = element("input", {
      name: "name",
      required: true,
      pattern: "[a-z0-9\\-]{1,64}",
      placeholder: "apart",
      title: "small letters, digits and -",
      size: "12",
    });
    const of = element("input", { name: "of", list: "rule-of", required: true, size: "16" });
    const fire = element("input", {
      name: "fire",
      required: true,
      placeholder: "below 0.2",
      size: "12",
    });
    const rows: readonly (readonly [string, HTMLInputElement | HTMLSelectElement])[] = [
      ["Name", name],
      ["Watches", this.#metric],
      ["Of", of],
      ["Fires when", fire],
      ["Clears when", textOf("clear", "above 0.4", "12")],
      ["Bars", this.#timeframe],
      ["Window, bars", countOf("window", "10000")],
      ["Horizon, bars", countOf("horizon", "1000")],
      ["For", textOf("for", "3m", "5")],
      ["Keeps firing for", textOf("keepFiringFor", "5m", "5")],
      ["Repeats after", textOf("repeat", "none", "5")],
      ["During", choiceOf("during", HOURS.map((one) => [one, one]))],
      ["Severity", choiceOf("severity", SEVERITIES.map((one) => [one, one]))],
    ];
    this.#inputs = new Map(rows.map(([, input]) => [input.name, input]));
    this.body.append(
      ...rows.map(([title, input]) => field(title, input)),
      this.#channels,
      this.#known,
    );
    this.body.addEventListener("input", () => this.mark(undefined));
  }

  /** What the server offers to choose from; what is chosen stays chosen. */
  offer({ metrics, pairs, instruments, channels, timeframes }: PageOffer): void {
    refill(this.#metric, metrics.map((one) => [one, one]));
    refill(this.#timeframe, [
      ["", "usual"],
      ...[...timeframes, "tick"].map((one) => [one, one] as const),
    ]);
    const ids = [...pairs, ...instruments].map(({ id }) => id);
    this.#known.replaceChildren(...ids.map((value) => element("option", { value })));
    this.#setChannels(channels, this.#notified);
  }

  /** What is left empty is left to its default. */
  read(): RuleFields {
    const given = [...this.#inputs].flatMap(([key, { value }]) => {
      const text = value.trim();
      return text === "" ? [] : [[key, COUNTS.includes(key) ? Number(text) : text] as const];
    });
    const notify = this.#notified;
    return Object.fromEntries(notify.length === 0 ? given : [...given, ["notify", notify]]);
  }

  /** Shows a rule as it is, to be changed. */
  fill(rule: Readonly<Record<string, unknown>>): void {
    for (const [key, input] of this.#inputs) input.value = `${rule[key] ?? ""}`;
    const notify = Array.isArray(rule.notify) ? rule.notify.map(String) : [];
    const known = [...this.#channels.querySelectorAll("input")].map(({ value }) => value);
    this.#setChannels([...new Set([...known, ...notify])], notify);
    this.mark(undefined);
    this.#inputs.get("fire")!.focus();
  }

  /** Marks the field that was refused. @param key undefined where none was, or none of these */
  mark(key: string | undefined): void {
    for (const input of this.#inputs.values()) input.removeAttribute("aria-invalid");
    const refused = key === undefined ? undefined : this.#inputs.get(key);
    refused?.setAttribute("aria-invalid", "true");
    refused?.focus();
  }

  get #notified(): string[] {
    const checked = this.#channels.querySelectorAll<HTMLInputElement>("input:checked");
    return [...checked].map(({ value }) => value);
  }

  #setChannels(channels: readonly string[], notify: readonly string[]): void {
    this.#channels.hidden = channels.length === 0;
    this.#channels.replaceChildren(
      "Notify",
      ...channels.map((value) => {
        const type = { type: "checkbox", name: "notify", value, checked: notify.includes(value) };
        return element("label", {}, element("input", type), value);
      }),
    );
  }
}

function textOf(name: string, placeholder: string, size: string): HTMLInputElement {
  return element("input", { name, placeholder, size });
}

function countOf(name: string, max: string): HTMLInputElement {
  return element("input", { name, type: "number", min: "1", max });
}

function refill(
  select: HTMLSelectElement,
  options: readonly (readonly [value: string, title: string])[],
): void {
  const { value } = select;
  select.replaceChildren(
    ...options.map(([one, title]) => element("option", { value: one }, title)),
  );
  if (options.some(([one]) => one === value)) select.value = value;
}
