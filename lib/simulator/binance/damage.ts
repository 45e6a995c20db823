/** Ways in which a message can be spoilt so that no reader may believe it. */
export const DAMAGES = ["broken-json", "impossible-values", "not-a-number"] as const;
export type Damage = typeof DAMAGES[number];

/** A market event spoilt: cut in half, with a high below its low (or a price below 0), or with `NaN`. */
export function damaged(text: string, damage: Damage): string {
  switch (damage) {
    case "broken-json":
      return text.slice(0, Math.floor(text.length / 2));
    case "impossible-values":
      return text.replace(/"(h|p|b)":"[^"]*"/, '"$1":"-1.00000000"');
    case "not-a-number":
      return text.replace(/"(c|p|B)":"[^"]*"/, '"$1":"NaN"');
  }
}
