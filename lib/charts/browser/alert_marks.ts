import { MINUTE } from "../../model/time.ts";
import { severityColour } from "../alert_signs.ts";
import type { ChartAlert } from "../chart_alert.ts";
import type { Theme } from "../theme.ts";
import { coordinateOf, type Pane, PaneMarks } from "./pane_marks.ts";
import type { TimeAxis } from "./time_axis.ts";

/** An alert at its place on an axis. Positions are those of a {@link TimeAxis}. */
export interface PlacedAlert {
  readonly from: number;
  /** Undefined for one that goes on: to the edge. */
  readonly to: number | undefined;
  readonly rule: string;
  readonly severity: ChartAlert["severity"];
}

/** Where alerts stand on an axis, each at the bar by whose close it was judged; those before the first bar are left out. */
export function placedAlerts(axis: TimeAxis, alerts: readonly ChartAlert[]): PlacedAlert[] {
  if (axis.last < 0) return [];
  const placeOf = (time: number) => axis.positionAt(time - MINUTE);
  return alerts.map(({ from, to, rule, severity }) => ({
    from: placeOf(from),
    to: to === null ? undefined : placeOf(to),
    rule,
    severity,
  })).filter(({ to }) => to === undefined || to >= 0);
}

const BAR_PX = 4;

/** Marks alerts beneath the candles: a line where each fired, a bar for as long as it stood, and its name. */
export class AlertMarks extends PaneMarks {
  #alerts: readonly PlacedAlert[] = [];

  constructor(theme: Theme) {
    super(theme, "top");
  }

  set alerts(alerts: readonly PlacedAlert[]) {
    this.#alerts = alerts;
    this.changed();
  }

  protected override draw({ context, width, height, scale }: Pane): void {
    context.font = `11px ${this.theme.fontFamily}`;
    context.textBaseline = "bottom";
    for (const { from, to, rule, severity } of this.#alerts) {
      const left = coordinateOf(scale, from);
      const right = to === undefined ? width : Math.min(width, coordinateOf(scale, to));
      if (right < 0 || left > width) continue;
      context.fillStyle = context.strokeStyle = severityColour(severity, this.theme);
      context.fillRect(left, height - BAR_PX, Math.max(2, right - left), BAR_PX);
      context.setLineDash([2, 2]);
      context.beginPath();
      context.moveTo(left, 0);
      context.lineTo(left, height);
      context.stroke();
      const text = `▲ ${rule.slice(0, 40)}`, room = context.measureText(text).width;
      const at = Math.max(3, left + 3);
      const ink = context.fillStyle;
      context.fillStyle = this.theme.background;
      context.fillRect(at - 2, height - BAR_PX - 16, room + 4, 15);
      context.fillStyle = ink;
      context.fillText(text, at, height - BAR_PX - 2);
    }
  }
}
