import { shortLabels } from "../../market/instrument_label.ts";
import type { Market } from "../../market/market.ts";
import type { Coverage } from "../../model/coverage.ts";
import { formatUtc } from "../../model/time.ts";
import type { Panel } from "../panel.ts";
import { marketPanel } from "./market_panel.ts";
import { countText } from "./numbers.ts";
import { tableFrame } from "./table_frame.ts";

const COLUMNS = [
  "",
  "expected",
  "streamed",
  "history",
  "healed",
  "absent at the venue",
  "missing",
  "repeats",
  "revisions",
];

/** Minutes of each instrument: how each came in, and what is missing with its reason. */
export function coverageTable(market: Market): Panel {
  return marketPanel(market, {
    again: coverageTable,
    on: ["minute", "gap", "heal"],
    tellsAge: true,
    draw() {
      const labelOf = shortLabels(market.instruments);
      const coverages = market.instruments.map(({ id }) => ({
        ...market.coverage(id),
        instrument: labelOf(id),
      }));
      const missing = coverages.flatMap(missingLines);
      return tableFrame("Minutes since the start", COLUMNS, coverages.map(cellsOf), {
        note: missing.length === 0 ? "Nothing is missing." : missing.join("\n"),
      });
    },
  });
}

function cellsOf(coverage: Coverage): string[] {
  const { expected, streamed, backfilled, healed, absent, repeats, revisions } = coverage;
  const lost = coverage.missing.reduce((sum, span) => sum + span.minutes, 0) - absent;
  const counts = [expected, streamed, backfilled, healed, absent, Math.max(0, lost)];
  return [coverage.instrument, ...[...counts, repeats, revisions].map(countText)];
}

function missingLines({ instrument, missing }: Coverage): string[] {
  return missing.map(({ from, minutes, reason }) =>
    `${instrument}: ${countText(minutes)} min from ${formatUtc(from)}: ${reason}`
  );
}
