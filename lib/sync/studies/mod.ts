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

/** Every study there is: a file and a line here. */
const STUDIES: readonly Study<never, unknown>[] = [
  causalityStudy,
  correlationPathStudy,
  daySessionsStudy,
  hourMapStudy,
  leadStudy,
  marketMatrixStudy,
  marketRegimesStudy,
  returnsScatterStudy,
  tailsStudy,
];

/** @throws {RangeError} for a name that no study has. */
export function studyNamed(name: string): Study<never, unknown> {
  const study = STUDIES.find((one) => one.name === name);
  if (study !== undefined) return study;
  const known = STUDIES.map((one) => one.name).join(", ");
  throw new RangeError(`a study must be one of ${known}; got ${name}`);
}
