import type { Theme } from "../theme.ts";

/** Styles that all panels share; they live in a shadow root. */
export function panelStyle(theme: Theme): string {
  const { background, text, faintText, grid, fontFamily, lines: [accent = text] } = theme;
  return `
.panel{background:${background};color:${text};font:12px ${fontFamily};position:relative;
  font-variant-numeric:tabular-nums;outline-offset:-2px;
  --faint:${faintText};--grid:${grid};--back:${background};--accent:${accent}}
.panel:focus-visible{outline:none}
.panel:focus-visible::after{content:"";position:absolute;inset:0;z-index:6;pointer-events:none;
  border:2px solid ${accent}}
button:focus-visible,select:focus-visible,input:focus-visible{
  outline:2px solid ${accent}}
.badge{border:1px solid currentColor;border-radius:3px;padding:0 4px;font-size:11px;
  letter-spacing:.04em;text-transform:uppercase;color:${faintText}}
.badge[data-source=live]{color:${theme.up}}
.badge[data-source=delayed],.badge[data-source=replay]{color:${theme.warning}}
.badge.old{color:${theme.warning}}
button,select{font:inherit;color:${text};background:${grid};border:1px solid ${faintText};
  border-radius:4px;padding:3px 10px;cursor:pointer}
button[hidden]{display:none}`;
}

/** An element with a class, in one line. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  text = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.textContent = text;
  return made;
}

/** A style element of its own for a shadow root. */
export function styleElement(css: string): HTMLStyleElement {
  return element("style", "", css);
}
