import { boundedWidth } from "./panel_width.ts";

/** What the page remembers between visits. */
export interface Settings {
  readonly theme: "dark" | "light" | "auto";
  /** Names of panels that are folded away. */
  readonly folded: readonly string[];
  /** Names of panels from top to bottom, by the view; a view that is not named has the server's order. */
  readonly order: Readonly<Record<string, readonly string[]>>;
  /** Per cent of the page's width, by the name of the panel; the whole of it where it is not named. */
  readonly widths: Readonly<Record<string, number>>;
}

const KEY = "comove-page";
const USUAL: Settings = { theme: "auto", folded: [], order: {}, widths: {} };

/** A browser may keep nothing, and what it kept may be of another version. */
export function readSettings(): Settings {
  try {
    const { theme, folded, order, widths } = JSON.parse(
      localStorage.getItem(KEY) ?? "{}",
    ) as Partial<
      Settings
    >;
    return {
      theme: theme === "dark" || theme === "light" ? theme : "auto",
      folded: namesOf(folded),
      order: Object.fromEntries(
        Object.entries(order ?? {}).map(([view, names]) => [view, namesOf(names)]),
      ),
      widths: Object.fromEntries(
        Object.entries(widths ?? {}).map(([name, width]) => [name, boundedWidth(width)]),
      ),
    };
  } catch {
    return USUAL;
  }
}

export function writeSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // It holds for this visit.
  }
}

function namesOf(given: unknown): string[] {
  return Array.isArray(given) ? given.filter((name) => typeof name === "string") : [];
}
