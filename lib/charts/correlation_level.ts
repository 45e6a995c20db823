import type { Theme } from "./theme.ts";

/** Above this, a correlation is strong. */
export const STRONG_ABOVE = 0.5;
/** Below this, a correlation is unusual for markets that move together. */
export const UNUSUAL_BELOW = 0.2;

/** What a correlation amounts to, in every form it is shown in. */
export interface CorrelationLevel {
  readonly word: "strong" | "weak" | "negative";
  /** Says what the colour says. */
  readonly symbol: string;
  readonly colour: string;
  readonly isUnusual: boolean;
}

/** Green above 0.5, yellow from 0 to 0.5, red below 0; unusual below 0.2. */
export function correlationLevel(r: number, theme: Theme): CorrelationLevel {
  const isUnusual = r < UNUSUAL_BELOW;
  if (r > STRONG_ABOVE) return { word: "strong", symbol: "▲", colour: theme.strong, isUnusual };
  if (r < 0) return { word: "negative", symbol: "▼", colour: theme.negative, isUnusual };
  return { word: "weak", symbol: "◆", colour: theme.weak, isUnusual };
}
