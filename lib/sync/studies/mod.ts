import { causalityStudy } from "./causality.ts";
import { correlationPathStudy } from "./correlation_path.ts";
import { daySessionsStudy } from "./day_sessions.ts";
import { hourMapStudy } from "./hour_map.ts";
import { leadStudy } from "./lead.ts";
import { marketMatrixStudy } from "./market_matrix.ts";
import { marketRegimesStudy } from "./market_regimes.ts";
import { returnsScatterStudy } from "./returns_scatter.ts";
import type { Study } from "./study.ts";
import { tailsStudy } from "./tails.ts";
import { venueLeadStudy } from "./venue_lead.ts";
import { venueSharesStudy } from "./venue_shares.ts";

/** Studies of markets over time: a file and a line here. */
export const SYNC_STUDIES: readonly Study<never, unknown>[] = [
  causalityStudy,
  correlationPathStudy,
  daySessionsStudy,
  hourMapStudy,
  leadStudy,
  marketMatrixStudy,
  marketRegimesStudy,
  returnsScatterStudy,
  tailsStudy,
  venueLeadStudy,
  venueSharesStudy,
];
