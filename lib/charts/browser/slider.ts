import { element } from "./panel_style.ts";

/** Of labels with sliders; `--accent` is their colour. */
export const SLIDER_STYLE = `
.controls{display:grid;grid-template-columns:auto minmax(0,1fr) minmax(0,1fr);gap:6px 24px}
label{display:grid;grid-template-columns:auto 1fr;gap:2px 8px;align-items:center}
label output{text-align:right}
label input{grid-column:1/-1;width:100%;margin:0;accent-color:var(--accent)}
label select{grid-column:1/-1}
@media (max-width:640px){.controls{grid-template-columns:1fr}}`;

/** A native slider, so that the keyboard works, with its name before and its value behind it. */
export interface Slider {
  readonly label: HTMLLabelElement;
  readonly input: HTMLInputElement;
  readonly output: HTMLOutputElement;
}

export function slider(name: string): Slider {
  const label = element("label"), input = element("input"), output = element("output");
  input.type = "range";
  input.step = "1";
  // Notebooks and pages have keys of their own for the arrows.
  input.addEventListener("keydown", (event) => event.stopPropagation());
  label.append(element("span", "", name), output, input);
  return { label, input, output };
}

/** Writes what the value means. */
export function say({ input, output }: Slider, text: string): void {
  output.textContent = text;
  input.setAttribute("aria-valuetext", text);
}
