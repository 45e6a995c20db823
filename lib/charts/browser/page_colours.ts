import { HOST_STYLE, PAGE_SCHEME } from "../page_theme.ts";
import type { Theme } from "../theme.ts";
import { styleElement } from "./panel_style.ts";

/** Attributes by which front ends say which theme they show. */
const ATTRIBUTES = ["class", "style", "data-jp-theme-light", "data-vscode-theme-kind"];

/** What of a theme is a colour by itself. */
const COLOURS = [
  "background",
  "text",
  "faintText",
  "grid",
  "up",
  "down",
  "warning",
  "strong",
  "weak",
  "negative",
] as const;

/** @param isOnPaper true before the page is printed, false after; undefined where it is not about paper */
export type ColourListener = (isOnPaper: boolean | undefined) => void;

/**
 * The colours of the page as they are: a canvas knows no CSS variables, and does not notice when they change. Front ends
 * change attributes of the root and the body, exported pages have switches, systems a preference; paper is light.
 */
export class PageColours {
  readonly #listeners = new Set<ColourListener>();

  constructor() {
    document.head.append(styleElement(HOST_STYLE));
    const report = (isOnPaper?: boolean) => {
      for (const listener of this.#listeners) listener(isOnPaper);
    };
    const changed = () => report();
    const observer = new MutationObserver(changed);
    for (const node of [document.documentElement, document.body]) {
      observer.observe(node, { attributes: true, attributeFilter: ATTRIBUTES });
    }
    for (const query of ["(prefers-color-scheme:dark)", "print"]) {
      matchMedia(query).addEventListener("change", changed);
    }
    document.addEventListener("change", changed);
    // The page is laid out for paper only after this event.
    const { style } = document.documentElement;
    addEventListener("beforeprint", () => {
      style.setProperty(PAGE_SCHEME, "light");
      report(true);
    });
    addEventListener("afterprint", () => {
      style.removeProperty(PAGE_SCHEME);
      report(false);
    });
  }

  /** Calls back when colours may have changed, until the returned function is called. */
  onChange(listener: ColourListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The theme with the colours that it has at that place of the page: `#rrggbb`, no variables. */
export function coloursAt(place: HTMLElement, theme: Theme): Theme {
  const probe = document.createElement("span");
  probe.hidden = true;
  place.append(probe);
  const style = getComputedStyle(probe);
  const read = (colour: string) => {
    if (!colour.startsWith("var(")) return colour;
    probe.style.color = colour;
    return hexOf(style.color) ?? colour;
  };
  const colours = Object.fromEntries(COLOURS.map((name) => [name, read(theme[name])]));
  const lines = theme.lines.map(read);
  probe.remove();
  return { ...theme, ...colours, lines };
}

/** `rgb(19, 23, 34)` as `#131722`. */
function hexOf(colour: string): string | undefined {
  const [, ...parts] = /^rgba?\((\d+), (\d+), (\d+)/.exec(colour) ?? [];
  if (parts.length !== 3) return undefined;
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
}
