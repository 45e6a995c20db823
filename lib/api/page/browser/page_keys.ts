/** What a key does on the page. */
export type PageKey =
  | { readonly kind: "pair" | "view"; readonly by: 1 | -1 }
  /** Index in the list of timeframes. */
  | { readonly kind: "timeframe"; readonly at: number }
  | { readonly kind: "pause" | "theme" | "help" };

/** What the page lists under its keys: the key as readers know it, and what it does. */
export const PAGE_KEYS: readonly (readonly [key: string, what: string])[] = [
  ["j / k", "next, previous pair"],
  ["n / p", "next, previous view"],
  ["1 … 6", "timeframe, from 1m to 1d"],
  ["Space", "pause, go on"],
  ["t", "colours"],
  ["?", "this list"],
  ["Esc", "back"],
];

/** What a key does; undefined for one that the page leaves to the browser. */
export function pageKey(key: string): PageKey | undefined {
  if (/^[1-6]$/.test(key)) return { kind: "timeframe", at: Number(key) - 1 };
  switch (key) {
    case "j":
      return { kind: "pair", by: 1 };
    case "k":
      return { kind: "pair", by: -1 };
    case "n":
      return { kind: "view", by: 1 };
    case "p":
      return { kind: "view", by: -1 };
    case " ":
      return { kind: "pause" };
    case "t":
      return { kind: "theme" };
    case "?":
      return { kind: "help" };
    default:
      return undefined;
  }
}

/** Elements that use keys themselves: what is typed in, what is pressed, and charts that have the focus. */
const OWN_KEYS = "input,select,textarea,button,summary,a,dialog,[contenteditable],[tabindex]";

/** True where a key belongs to what has the focus, or to the browser. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  return event.composedPath().some((node) => {
    const element = node as Partial<Element>;
    return element.matches?.(OWN_KEYS) === true;
  });
}
