/** A half of the number line, or all but its middle: `above 2`, `below 0.2`, `beyond 2` (of either sign). */
export interface Condition {
  readonly side: "above" | "below" | "beyond";
  readonly threshold: number;
  /** True for a `below` that ends a `beyond`: the absolute value is compared. */
  readonly isAbsolute: boolean;
}

/** How a condition is written, for messages. */
export const CONDITION_RULE = "must be above X, below X or beyond X, such as beyond 2";
/** The words a condition begins with. */
export const CONDITION_SIDES = ["above", "below", "beyond"] as const;

const WRITTEN = /^(above|below|beyond) +([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?)$/i;

/**
 * Reads `above X`, `below X` or `beyond X`. A threshold of `beyond` cannot be negative.
 *
 * @param after the condition that this one ends: after `beyond X`, `below Y` is of the absolute value.
 * @returns undefined for a text that is none.
 *
 * @example
 * ```ts
 * import { meets, parseCondition } from "./condition.ts";
 * import assert from "node:assert/strict";
 * const fire = parseCondition("beyond 2")!;
 * const clear = parseCondition("below 1", fire)!;
 * assert.deepEqual([meets(fire, -2.5), meets(clear, -2.5), meets(clear, -0.5)], [true, false, true]);
 * ```
 */
export function parseCondition(text: string, after?: Condition): Condition | undefined {
  const [, word, number] = WRITTEN.exec(text.trim()) ?? [];
  if (word === undefined || number === undefined) return undefined;
  const side = word.toLowerCase() as Condition["side"];
  const threshold = Number(number);
  const isAbsolute = side === "beyond" || (side === "below" && after?.side === "beyond");
  if (!Number.isFinite(threshold) || (side === "beyond" && threshold < 0)) return undefined;
  return { side, threshold, isAbsolute };
}

/** Whether a known value lies in it; the threshold itself does not. */
export function meets({ side, threshold, isAbsolute }: Condition, value: number): boolean {
  const compared = isAbsolute ? Math.abs(value) : value;
  return side === "below" ? compared < threshold : compared > threshold;
}

/** Whether some value meets both: no clear may overlap its fire. */
export function overlap(fire: Condition, clear: Condition): boolean {
  const [low, high] = fire.side === "below" ? [fire, clear] : [clear, fire];
  const isFacing = low.side === "below" && high.side !== "below" &&
    low.isAbsolute === high.isAbsolute;
  return !isFacing || low.threshold > high.threshold;
}

/** As it is written: `beyond 2`. */
export function conditionText({ side, threshold }: Condition): string {
  return `${side} ${threshold}`;
}
