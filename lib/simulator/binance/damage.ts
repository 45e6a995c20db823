import { brokenText, type Damage } from "../damage.ts";

/** A market event spoilt: cut in half, with a high below its low (or a price below 0), or with `NaN`. */
export function damaged(text: string, damage: Damage): string {
  switch (damage) {
    case "broken-json":
      return brokenText(text);
    case "impossible-values":
      return text.replace(/"(h|p|b)":"[^"]*"/, '"$1":"-1.00000000"');
    case "not-a-number":
      return text.replace(/"(c|p|B)":"[^"]*"/, '"$1":"NaN"');
  }
}
