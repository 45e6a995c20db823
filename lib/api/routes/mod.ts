import type { AnyRoute } from "../route.ts";
import { alerts } from "./alerts.ts";
import { bars } from "./bars.ts";
import { correlation } from "./correlation.ts";
import { correlationMatrix } from "./correlation_matrix.ts";
import { correlationSeries } from "./correlation_series.ts";
import { coverage } from "./coverage.ts";
import { docs, openApi } from "./document.ts";
import { exports } from "./exports.ts";
import { deleteInstrument, putInstrument } from "./follow.ts";
import { funding } from "./funding.ts";
import { health } from "./health.ts";
import { imports } from "./imports.ts";
import { instruments } from "./instruments.ts";
import { measures } from "./measures.ts";
import { metrics } from "./metrics.ts";
import { pair } from "./pair.ts";
import { addRule, deleteRule, listRules, putRule } from "./rules.ts";
import { statistics } from "./statistics.ts";
import { status } from "./status.ts";
import { trades } from "./trades.ts";
import { listVenues, putVenue } from "./venues.ts";

/** Every route: one file here, one line each. */
export const ROUTES: readonly AnyRoute[] = [
  health,
  status,
  listVenues,
  putVenue,
  instruments,
  putInstrument,
  deleteInstrument,
  bars,
  trades,
  coverage,
  funding,
  correlation,
  correlationSeries,
  correlationMatrix,
  measures,
  pair,
  statistics,
  alerts,
  listRules,
  addRule,
  putRule,
  deleteRule,
  imports,
  ...exports,
  metrics,
  openApi,
  docs,
];
