import { escapeHtml } from "./markup.ts";
import type { Theme } from "./theme.ts";

/** One thing to say, and how loudly. */
export interface Pill {
  readonly text: string;
  /** Colour of its edge; the text carries the meaning. */
  readonly tone: "strong" | "weak" | "negative" | "faintText" | "warning" | "text";
  /** Said where the pointer rests, and to those who have none. */
  readonly title: string;
}

/** A pill in a line of pills. */
export function pillHtml({ text, tone, title }: Pill, theme: Theme): string {
  const ink = tone === "faintText" ? theme.faintText : theme.text;
  return `<span title="${escapeHtml(title)}" style="display:inline-block;margin:2px 6px 2px 0;` +
    `padding:2px 8px;border:1px solid ${theme.grid};border-left:3px solid ${theme[tone]};` +
    `border-radius:3px;color:${ink}">${escapeHtml(text)}</span>`;
}
