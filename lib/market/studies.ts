import { PAIR_STUDIES } from "../pairs/studies/mod.ts";
import { SYNC_STUDIES } from "../sync/studies/mod.ts";
import type { Study } from "../sync/studies/study.ts";

/** Every study there is. */
const STUDIES: readonly Study<never, unknown>[] = [...SYNC_STUDIES, ...PAIR_STUDIES];

/** @throws {RangeError} for a name that no study has. */
export function studyNamed(name: string): Study<never, unknown> {
  const study = STUDIES.find((one) => one.name === name);
  if (study !== undefined) return study;
  const known = STUDIES.map((one) => one.name).join(", ");
  throw new RangeError(`a study must be one of ${known}; got ${name}`);
}
