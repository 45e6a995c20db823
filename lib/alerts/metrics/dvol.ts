import type { Metric } from "../metric.ts";
import { price } from "./price.ts";

/** Level of an index of implied volatility, in volatility points: `DVOL`, `DVOL-ETH`. */
export const dvol: Metric = {
  name: "dvol",
  title: "implied volatility",
  unit: "",
  of: "instrument",
  timeframes: price.timeframes,
  refusal: ({ kind }) => kind === "index" ? undefined : "is no index such as DVOL",
  read: price.read,
};
