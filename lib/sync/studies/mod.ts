import { hourMapStudy } from "./hour_map.ts";
import type { Study } from "./study.ts";

/** Every study there is: a file and a line here. */
const STUDIES: readonly Study<never, unknown>[] = [hourMapStudy];

/** @throws {RangeError} for a name that no study has. */
export function studyNamed(name: string): Study<never, unknown> {
  const study = STUDIES.find((one) => one.name === name);
  if (study !== undefined) return study;
  const known = STUDIES.map((one) => one.name).join(", ");
  throw new RangeError(`a study must be one of ${known}; got ${name}`);
}
