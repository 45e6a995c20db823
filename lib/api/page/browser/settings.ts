/** What the page remembers between visits. */
export interface Settings {
  readonly theme: "dark" | "light" | "auto";
  /** Names of panels that are folded away. */
  readonly folded: readonly string[];
}

const KEY = "comove-page";
const USUAL: Settings = { theme: "auto", folded: [] };

/** A browser may keep nothing, and what it kept may be of another version. */
export function readSettings(): Settings {
  try {
    const { theme, folded } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
    return {
      theme: theme === "dark" || theme === "light" ? theme : "auto",
      folded: Array.isArray(folded) ? folded.filter((name) => typeof name === "string") : [],
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
