import type { Study } from "../../sync/studies/study.ts";
import { pairScreenStudy } from "./pair_screen.ts";
import { pairStrategyStudy } from "./pair_strategy.ts";

/** Studies of pairs: a file and a line here. */
export const PAIR_STUDIES: readonly Study<never, unknown>[] = [
  pairScreenStudy,
  pairStrategyStudy,
];
