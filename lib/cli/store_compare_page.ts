import type { BarsFile } from "../bars/csv/read_bars_csv.ts";
import { counted } from "../model/counted.ts";
import { formatUtc } from "../model/time.ts";
import { htmlTable } from "../charts/table.ts";
import { comparisonParts, type NamedComparison } from "../store/compare/comparison_view.ts";
import { reportPage, type ReportSection } from "./report_page.ts";

/** What a validation report is made of. */
export interface ComparisonReport extends NamedComparison {
  readonly file: BarsFile;
  /** SHA-256 of the file's text, hexadecimal. */
  readonly sha256: string;
  /** The store, for people. */
  readonly place: string;
  readonly dataKind: string;
  /** Points of the price, and shares, that were allowed. */
  readonly tolerance: number;
  readonly volumeTolerance: number;
  readonly share: number;
}

/** A comparison of stored bars with a file as a page that is complete in itself. */
export function comparisonPage(report: ComparisonReport): string {
  const { instrument, names, comparison } = report;
  const { common, range, verdict } = comparison;
  const isShown = verdict !== "apart";
  const sections: (ReportSection | undefined)[] = [
    {
      heading: "What was found",
      html: (theme) => comparisonParts(report, { theme }).findings,
    },
    isShown
      ? {
        heading: "Bar by bar",
        text: [
          "The close of the file less that of the store, over time; below it the share of the bars that are equal in every column. A constant line beside 0 is another contract month or an adjustment; a line that wanders is another currency or instrument; single leaps are bad prints on one side.",
        ],
        html: (theme) => comparisonParts(report, { theme }).picture,
      }
      : undefined,
    isShown
      ? {
        heading: "By column",
        html: (theme) => comparisonParts(report, { theme }).columns,
      }
      : undefined,
    comparison.worst.length > 0
      ? {
        heading: "The worst bars",
        html: (theme) => comparisonParts(report, { theme }).worst,
      }
      : undefined,
    {
      heading: "What was compared, and how",
      text: [
        "The shift of the times is the one at which the moves of the close from bar to bar agree best; units and offsets of the price do not matter for it. It may change from day to day, as where one side misses a change of clocks. Only then are prices and volumes compared, bar by bar; no bar is filled in on either side.",
      ],
      html: (theme) =>
        htmlTable({ caption: "Inputs", columns: ["", ""], rows: inputsOf(report), theme }),
    },
  ];
  return reportPage({
    title: `${instrument}: ${names.theirs} against the store`,
    kicker: "Comove validation report",
    facts: [
      VERDICTS[verdict],
      ...(isShown
        ? [
          `${counted(common, "common bar")}`,
          `${formatUtc(range.from)} to ${formatUtc(range.to)}`,
        ]
        : []),
      `${report.dataKind} data`,
    ],
    sections: sections.filter((one) => one !== undefined),
    command: "store compare",
  });
}

const VERDICTS = {
  equal: "Equal",
  different: "Different",
  apart: "Nothing to compare",
} as const;

function inputsOf(report: ComparisonReport): string[][] {
  const { file, names, place, dataKind, comparison, sha256 } = report;
  const { timeColumn, isZoneAssumed, zone, notes } = file;
  const zoneText = isZoneAssumed
    ? `${timeColumn} names no zone: read as ${zone ?? "UTC"}`
    : `${timeColumn} says it by itself`;
  return [
    ["store", `${place}, ${dataKind} data, ${counted(comparison.ours.bars, "bar")}`],
    ["file", `${names.theirs}, ${counted(comparison.theirs.bars, "bar")}`],
    ["SHA-256 of the file", sha256],
    ["time zone", zoneText],
    ...(notes.length === 0 ? [] : [["read as", notes.join("; ")]]),
    [
      "counts as equal",
      `prices within ${report.tolerance} points, volumes within ${
        100 * report.volumeTolerance
      } %, ${100 * report.share} % of the bars`,
    ],
  ];
}
