/** Ways in which a message can be spoilt so that no reader may believe it. */
export const DAMAGES = ["broken-json", "impossible-values", "not-a-number"] as const;
export type Damage = typeof DAMAGES[number];

/** The first half of a text. */
export function brokenText(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}
