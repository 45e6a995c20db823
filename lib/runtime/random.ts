/** A source of numbers in `[0, 1)`, as a parameter. */
export type Random = () => number;

/** The machine's randomness: for jitter and client ids, never for results. */
export const systemRandom: Random = () => Math.random();
