import { alertTable } from "../../charts/alert_table.ts";
import { alertBellFeed, alertBellMount } from "../../charts/alert_view.ts";
import { PAGE } from "../../charts/page_theme.ts";
import type { Theme } from "../../charts/theme.ts";
import type { Market } from "../../market/market.ts";
import { MINUTE } from "../../model/time.ts";
import { assertOptions } from "../known_options.ts";
import type { Panel } from "../panel.ts";
import { plainError } from "../plain_error.ts";
import { alertRow, pageAlert, receiptTexts, ruleRows, storiesOf } from "./alert_rows.ts";
import { marketPanel } from "./market_panel.ts";

/** Options of {@link alertPanel}. */
export interface AlertPanelOptions {
  /** Alerts shown, the newest first. @default 12 */
  readonly rows?: number;
  /** @default the notebook's */
  readonly theme?: Theme;
}

const OPTIONS: Readonly<Record<keyof AlertPanelOptions, true>> = { rows: true, theme: true };

/** Rules shown; those that are inactive are left out first. */
const MOST_RULES = 30;

/** Counts the markets of this kernel: a market opened again may have alerts of the same ids. */
const runs = new WeakMap<Market, number>();
let runCount = 0;

/**
 * Where each rule stands, what has fired and what became of its messages; in the page, new alerts come as toasts, and
 * as sounds and notifications to whoever has switched them on there.
 *
 * @throws {RangeError} for a number of rows that is none.
 */
export function alertPanel(market: Market, options: AlertPanelOptions = {}): Panel {
  assertOptions("alertPanel", options, OPTIONS);
  const { rows = 12, theme = PAGE } = options;
  if (!(Number.isInteger(rows) && rows >= 1 && rows <= 100)) {
    throw plainError(
      new RangeError(`rows of alertPanel must be a whole number from 1 to 100, got ${rows}`),
    );
  }
  if (!runs.has(market)) runs.set(market, ++runCount);
  const run = String(runs.get(market));
  return marketPanel(market, {
    again: (next) => alertPanel(next, options),
    on: ["minute", "rules", "alert", "delivery", "transition"],
    tellsAge: true,
    mount: (id) => ({ html: alertBellMount(id, theme), text: "Alerts" }),
    draw(id) {
      const { rules = [], history = [], deliveries } = market.alerts ?? {};
      const receipts = receiptTexts(deliveries?.receipts ?? []);
      const stories = storiesOf(history);
      const all = ruleRows(rules);
      const { html, text } = alertTable({
        rules: all.slice(0, MOST_RULES),
        otherRules: Math.max(0, all.length - MOST_RULES),
        alerts: stories.slice(-rows).reverse().map((story) =>
          alertRow(story, receipts.get(story.id) ?? [])
        ),
        earlier: Math.max(0, stories.length - rows),
        updatedAt: market.latest === undefined ? NaN : market.latest.openTime + MINUTE,
        hasChannels: rules.some(({ rule }) => rule.notify.length > 0),
        source: market.source,
        advice: market.advice,
        theme,
      });
      const announced = { run, alerts: stories.map(pageAlert) };
      return { html: html + alertBellFeed(id, announced), text };
    },
  });
}
