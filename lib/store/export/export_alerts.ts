import type { TableBlock, TableColumn } from "../../export/table.ts";
import type { StoredAlert } from "../store.ts";
import { type ExportKind, rangeParameters } from "./export_kind.ts";

const COLUMNS: readonly TableColumn[] = [
  { name: "id", kind: "text" },
  { name: "rule", kind: "text" },
  { name: "metric", kind: "text" },
  { name: "of", kind: "text" },
  { name: "severity", kind: "text" },
  { name: "state", kind: "text" },
  { name: "since", kind: "time" },
  { name: "ended", kind: "time" },
  { name: "value", kind: "number" },
  { name: "threshold", kind: "number" },
  { name: "n", kind: "integer" },
  { name: "expected", kind: "integer" },
  { name: "source", kind: "text" },
  { name: "message", kind: "text" },
];

/** Alerts that began in the range, a row an excursion. */
export const exportAlerts: ExportKind = {
  title: "alerts, a row an excursion",
  takes: [],
  timeframes: [],
  table(source, query) {
    const { from = -Infinity, to = Infinity } = query;
    async function* blocks(): AsyncGenerator<TableBlock> {
      const alerts = await source.reader.alerts({ from, to });
      if (alerts.length > 0) yield blockOf(alerts);
    }
    return Promise.resolve({
      table: { columns: COLUMNS, blocks },
      parameters: rangeParameters(query),
    });
  },
};

function blockOf(alerts: readonly StoredAlert[]): TableBlock {
  const bodies = alerts.map(({ evidence }) => bodyOf(evidence));
  const text = (name: string) => bodies.map((body) => textIn(body, name));
  const number = (name: string) => bodies.map((body) => numberIn(body, name));
  return {
    length: alerts.length,
    columns: [
      alerts.map(({ id }) => id),
      alerts.map(({ rule }) => rule),
      text("metric"),
      alerts.map(({ subject }) => subject),
      text("severity"),
      alerts.map(({ state }) => state),
      alerts.map(({ started }) => started),
      alerts.map(({ ended }) => ended ?? NaN),
      alerts.map(({ value }) => value ?? NaN),
      number("threshold"),
      number("n"),
      number("expected"),
      text("source"),
      text("message"),
    ],
  };
}

/** The body that was stored with an alert; empty where there is none, as of one that was never sent. */
function bodyOf(evidence: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(evidence);
    return typeof body === "object" && body !== null ? body as Record<string, unknown> : {};
  } catch {
    return {};
  }
}

function textIn(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  return typeof value === "string" ? value : "";
}

function numberIn(body: Readonly<Record<string, unknown>>, name: string): number {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  return typeof value === "number" ? value : NaN;
}
