import type { PlainFields } from "../../page_choice.ts";
import { element, field } from "../element.ts";
import type { FormPorts, PageForm } from "../page_form.ts";

/** Options of a backtest: what each is called, what stands there while it is empty, and what it may be. */
const LISTS = [
  ["windows", "Line over, bars", "24, 48, 96, 144, 192"],
  ["entries", "Enter at |z|", "1, 1.5, 2, 2.5, 3"],
] as const;
const NUMBERS = [
  ["exit", "Exit within |z|", "0.5", "0"],
  ["stop", "Give up at |z|", "never", "0"],
  ["feeBp", "Fee, bp a fill", "as usual", "0"],
  ["slippageBp", "Slippage, bp", "1", "0"],
  ["train", "Chosen on, bars", "288", "20"],
  ["test", "Used for, bars", "96", "1"],
] as const;

/** What a pair's backtest tries, and at what cost. What is left empty is as the backtest has it by itself. */
export function strategyForm({ tryStrategy }: FormPorts): PageForm {
  const inputs = [
    ...LISTS.map(([name, title, placeholder]) => ({
      title,
      input: element("input", {
        name,
        placeholder,
        pattern: "\\s*\\d+(\\.\\d+)?(\\s*,\\s*\\d+(\\.\\d+)?)*\\s*",
        title: "numbers, with commas between them",
        size: "18",
      }),
    })),
    ...NUMBERS.map(([name, title, placeholder, min]) => ({
      title,
      input: element("input", { name, placeholder, type: "number", step: "any", min }),
    })),
  ];
  const form = element(
    "form",
    { class: "form" },
    element("div", { class: "fields" }, ...inputs.map(({ title, input }) => field(title, input))),
    element(
      "div",
      { class: "fields" },
      element("button", { type: "submit" }, "Trade it on the past"),
      element("button", { type: "reset" }, "As usual"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const filled = inputs.filter(({ input }) => input.value.trim() !== "");
    tryStrategy(
      filled.length === 0 ? undefined : Object.fromEntries(
        filled.map(({ input: { name, value, type } }) => [
          name,
          type === "number" ? Number(value) : value.replace(/\s+/g, ""),
        ]),
      ),
    );
  });
  form.addEventListener("reset", () => tryStrategy(undefined));
  let shown = "";
  return {
    title: "What the backtest tries",
    body: form,
    update(_, { strategy }) {
      // What is being typed stays; another address takes its place.
      if (shown === JSON.stringify(strategy ?? {})) return;
      shown = JSON.stringify(strategy ?? {});
      fill(inputs.map(({ input }) => input), strategy ?? {});
    },
  };
}

function fill(inputs: readonly HTMLInputElement[], fields: PlainFields): void {
  for (const input of inputs) input.value = `${fields[input.name] ?? ""}`;
}
