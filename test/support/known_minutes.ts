import { type KnownAbsence, KnownMinutes } from "../../lib/bars/known_minutes.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { barColumnsOf } from "../../lib/store/bar_columns.ts";

/** Bars as a store knows them. */
export function knownOf(bars: readonly Bar[], absences: readonly KnownAbsence[] = []) {
  const contract = bars.map((bar) => bar.contract);
  return new KnownMinutes({ ...barColumnsOf(bars), contract }, absences);
}
