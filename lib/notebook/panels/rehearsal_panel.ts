import { metricNamed } from "../../alerts/metrics/mod.ts";
import { ruleMarketOf } from "../../alerts/open_alerts.ts";
import { RehearsedValues } from "../../alerts/rehearsed_values.ts";
import { parseRule } from "../../alerts/rule.ts";
import { PAGE } from "../../charts/page_theme.ts";
import { rehearsalFigure } from "../../charts/rehearsal_figure.ts";
import {
  REHEARSAL_COLUMNS,
  rehearsalRows,
  rehearsalSummary,
  studiedText,
} from "../../charts/rehearsal_text.ts";
import { studyRule } from "../../charts/rehearsal_study.ts";
import {
  rehearsalFeed,
  rehearsalMount,
  type RehearsalSetting,
} from "../../charts/rehearsal_view.ts";
import { stillNote, stillPicture } from "../../charts/still_picture.ts";
import { htmlTable, plainTable } from "../../charts/table.ts";
import type { Theme } from "../../charts/theme.ts";
import type { Market } from "../../market/market.ts";
import type { AlertRule } from "../../model/alert.ts";
import { DAY, MINUTE } from "../../model/time.ts";
import { assertOptions } from "../known_options.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { watchesText } from "./alert_rows.ts";
import { marketPanel } from "./market_panel.ts";

/** Options of {@link rehearsalPanel}. */
export interface RehearsalPanelOptions {
  /**
   * With the keys of the configuration: `{ name, metric, of, fire, … }`. @default the first that is armed, else that the
   * correlation of the market's first pair falls below 0.2
   */
  readonly rule?: object;
  /** Newest minutes that travel with the page. @default 1440, a day */
  readonly minutes?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof RehearsalPanelOptions, true>> = {
  rule: true,
  minutes: true,
  theme: true,
};

/** As many as fit a frame. */
const MOST_MINUTES = 2 * DAY / MINUTE;
/** About the pace at which Jupyter saves a notebook by itself. */
const STILL_EVERY_MS = 2 * MINUTE;

/**
 * A rule against the market's past: when it would have fired, how often and for how long, by the code that judges live.
 * Its threshold is in the reader's hand: the page computes it, with the kernel off and in an exported page too.
 *
 * @throws {RangeError} for a rule that is none, or one of ticks: past trades are not kept.
 */
export function rehearsalPanel(market: Market, options: RehearsalPanelOptions = {}): Panel {
  assertOptions("rehearsalPanel", options, OPTIONS);
  const { minutes = DAY / MINUTE, theme = PAGE } = options;
  if (!(Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES)) {
    throw plainError(
      new RangeError(
        `minutes of rehearsalPanel must be a whole number from 1 to ${MOST_MINUTES}, got ${minutes}`,
      ),
    );
  }
  const rule = ruleOf(market, options.rule);
  const values = new RehearsedValues(ruleMarketOf(market), rule);
  const setting = settingOf(rule, theme);
  const columns = () =>
    values.columns(market.latest === undefined ? NaN : market.latest.openTime + MINUTE, minutes);
  const still = (id: string) => {
    const { start, value } = columns();
    const study = studyRule({ start, value }, setting.rule);
    const figure = rehearsalFigure({ start, value }, setting, market.source);
    const table = {
      caption: `${rule.name}, ${studiedText(rule)}`,
      columns: REHEARSAL_COLUMNS,
      rows: rehearsalRows(study, setting.unit).rows,
      note: rehearsalSummary(study),
      empty: "It never fires.",
    };
    const html = stillPicture(id, figure, htmlTable({ ...table, theme }));
    return { html, text: plainTable(table) };
  };
  return marketPanel(market, {
    again: (next) => rehearsalPanel(next, options),
    parts: [{
      name: "still",
      on: ["minute"],
      minIntervalMs: STILL_EVERY_MS,
      isSeen: true,
      draw: still,
    }],
    on: ["minute"],
    mount: (id) => ({
      html: rehearsalMount(id, setting, stillNote(theme)),
      text: `Rehearsal of ${rule.name}`,
    }),
    draw(id) {
      const { start, value, reason } = columns();
      const unknown: Record<string, number> = {};
      for (const why of reason) if (why !== undefined) unknown[why] = (unknown[why] ?? 0) + 1;
      const series = { start, value };
      const study = studyRule(series, setting.rule);
      return {
        html: rehearsalFeed({ ...setting, id, series, unknown, source: market.source }),
        text: `${rule.name}, ${studiedText(rule)}: ${rehearsalSummary(study)}`,
      };
    },
  });
}

function ruleOf(market: Market, given: object | undefined): AlertRule {
  const rule = given === undefined
    ? market.alerts?.rules[0]?.rule ?? parseRule(usualRule(market), market)
    : parseRule(given, market);
  if (rule.timeframe !== "tick") return rule;
  throw plainError(
    new RangeError(`timeframe of rule ${rule.name} must not be tick: past trades are not kept`),
  );
}

function usualRule({ pairs }: Market): object {
  const [pair] = pairs;
  if (pair === undefined) {
    throw plainError(new RangeError("rule must be given where the market has no pair"));
  }
  return {
    name: "apart",
    metric: "correlation",
    of: pair.name,
    fire: "below 0.2",
    clear: "above 0.4",
  };
}

function settingOf(rule: AlertRule, theme: Theme): RehearsalSetting {
  const { name, severity, fire, clear, forMs, keepFiringForMs } = rule;
  return {
    rule: { fire, clear, forMs, keepFiringForMs, repeatMs: undefined },
    name,
    severity,
    watches: watchesText(rule),
    unit: metricNamed(rule.metric).unit,
    theme,
  };
}
