/** A panel's part of the page's width, per cent: no chart can be read in less. */
export const LEAST_WIDTH = 40;
export const WHOLE_WIDTH = 100;
/** What one press of a key changes, per cent. */
const STEP = 5;

/** What a width becomes by a key; undefined for a key that changes none. */
export function widthByKey(width: number, key: string): number | undefined {
  switch (key) {
    case "ArrowLeft":
      return boundedWidth(width - STEP);
    case "ArrowRight":
      return boundedWidth(width + STEP);
    case "Home":
      return LEAST_WIDTH;
    case "End":
      return WHOLE_WIDTH;
  }
}

/** A whole number of per cent that a panel may have; what is no number is the whole width. */
export function boundedWidth(width: unknown): number {
  if (typeof width !== "number" || !Number.isFinite(width)) return WHOLE_WIDTH;
  return Math.min(WHOLE_WIDTH, Math.max(LEAST_WIDTH, Math.round(width)));
}
