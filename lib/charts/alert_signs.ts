import type { RulePhase, Severity } from "../model/alert.ts";
import type { Theme } from "./theme.ts";

/** A state or a severity as it is shown: never by its colour alone. */
export interface AlertSign {
  /** `▲ firing` */
  readonly text: string;
  readonly colour: string;
}

/** What an alert's row can say of it. */
export type ShownState = RulePhase | "unknown" | "resolved";

const STATE_SIGNS: Readonly<Record<ShownState, string>> = {
  firing: "▲",
  recovering: "▽",
  pending: "△",
  unknown: "?",
  inactive: "·",
  resolved: "✓",
};

const SEVERITY_SIGNS: Readonly<Record<Severity, string>> = {
  critical: "!!!",
  major: "!!",
  minor: "!",
  info: "i",
};

/** `▲ firing`: what is up is red, what may become so amber, what is over or well is calm. */
export function stateSign(state: ShownState, theme: Theme): AlertSign {
  return { text: `${STATE_SIGNS[state]} ${state}`, colour: stateColour(state, theme) };
}

/** `!! major` */
export function severitySign(severity: Severity, theme: Theme): AlertSign {
  return {
    text: `${SEVERITY_SIGNS[severity]} ${severity}`,
    colour: severityColour(severity, theme),
  };
}

export function severityColour(severity: Severity, theme: Theme): string {
  switch (severity) {
    case "critical":
    case "major":
      return theme.down;
    case "minor":
      return theme.warning;
    case "info":
      return theme.text;
  }
}

function stateColour(state: ShownState, theme: Theme): string {
  switch (state) {
    case "firing":
      return theme.down;
    case "recovering":
    case "pending":
    case "unknown":
      return theme.warning;
    case "resolved":
      return theme.up;
    case "inactive":
      return theme.faintText;
  }
}
