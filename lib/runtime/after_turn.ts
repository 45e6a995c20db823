import { setImmediate } from "node:timers";

/** Calls back once everything now under way has settled: the promises first, then this. */
export type AfterTurn = (callback: () => void) => void;

/** {@link AfterTurn} by the machine's event loop. */
export const afterTurn: AfterTurn = (callback) => {
  setImmediate(callback);
};
