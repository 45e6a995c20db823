import {
  CHART_MODES,
  type ChartMode,
  type ChartOverlay,
  type ChartSwitch,
} from "../chart_overlay.ts";
import { CHART_KEYS } from "./chart_keys.ts";
import { element } from "./panel_style.ts";

export interface ChartControlsOptions {
  readonly overlay: ChartOverlay;
  /** Only several instruments can be drawn over each other. */
  readonly hasModes: boolean;
  readonly onMode: (mode: ChartMode) => void;
  readonly onSwitch: (name: ChartSwitch, isOn: boolean) => void;
  readonly signal: AbortSignal;
}

const MODE_TEXT: Readonly<Record<ChartMode, string>> = {
  stacked: "Stacked",
  percent: "Overlay in %",
  axes: "Two axes",
};
const MODE_TITLE: Readonly<Record<ChartMode, string>> = {
  stacked: "One chart an instrument",
  percent: "One chart, in % since its left edge",
  axes: "One chart: the first instrument on the right axis, the second on the left",
};

/** What of a chart the reader switches: how instruments share it, and the lines over it. */
export function chartControls(options: ChartControlsOptions): HTMLElement {
  const { overlay, hasModes, onMode, onSwitch, signal } = options;
  const place = element("span", "controls");
  if (hasModes) {
    const select = place.appendChild(element("select", "mode"));
    select.setAttribute("aria-label", "How the instruments are drawn");
    for (const mode of CHART_MODES) {
      const option = select.appendChild(element("option", "", MODE_TEXT[mode]));
      option.value = mode;
      option.title = MODE_TITLE[mode];
    }
    select.value = overlay.mode;
    select.addEventListener("change", () => onMode(select.value as ChartMode), { signal });
  }
  const { ratio } = overlay;
  const switches: [ChartSwitch, string, string][] = [
    ["vwap", "VWAP", "Volume-weighted price since the session began, of typical prices"],
    ["obv", "OBV", "On-balance volume: that of rising bars less that of falling ones"],
  ];
  if (ratio !== undefined) {
    const name = ratio.join("/");
    switches.push(["hasRatio", name, `Price of ${ratio[0]} over that of ${ratio[1]}`]);
  }
  for (const [name, text, title] of switches) {
    const button = place.appendChild(element("button", "switch", text));
    button.type = "button";
    button.title = title;
    button.setAttribute("aria-pressed", String(overlay[name]));
    button.addEventListener("click", () => {
      const isOn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isOn));
      onSwitch(name, isOn);
    }, { signal });
  }
  return place;
}

/** A button that is pressed or not. */
export class PressButton {
  readonly element: HTMLButtonElement;

  constructor(text: string, title: string, onClick: () => void, signal: AbortSignal) {
    this.element = element("button", "press", text);
    this.element.type = "button";
    this.element.title = title;
    this.element.setAttribute("aria-pressed", "false");
    this.element.addEventListener("click", onClick, { signal });
  }

  set isPressed(isPressed: boolean) {
    this.element.setAttribute("aria-pressed", String(isPressed));
  }
}

/** The list of keys, which a key and a button open. */
export function keyHelp(): HTMLElement {
  const list = element("dl", "help");
  list.hidden = true;
  for (const [keys, what] of CHART_KEYS) {
    list.append(element("dt", "", keys), element("dd", "", what));
  }
  return list;
}
