import type { AnyRoute } from "../route.ts";
import { bars } from "./bars.ts";
import { health } from "./health.ts";
import { instruments } from "./instruments.ts";
import { status } from "./status.ts";

/** Every route: one file here, one line each. */
export const ROUTES: readonly AnyRoute[] = [
  health,
  status,
  instruments,
  bars,
];
