import type { AlertChangeKind, Severity } from "../model/alert.ts";
import { escapeHtml, jsonAttribute } from "./markup.ts";
import type { Theme } from "./theme.ts";
import { hiddenFeed } from "./trading_view.ts";

/** What the page is given of the strip that announces alerts. */
export interface AlertBellSetting {
  readonly theme: Theme;
}

/** One excursion as the page announces it. */
export interface PageAlert {
  /** `<rule>/<of>/<since>` */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  /** What became of it last. */
  readonly kind: AlertChangeKind;
  /** Of its newest change. */
  readonly message: string;
  readonly utc: string;
  /** What the data is: `simulated`. */
  readonly source: string;
}

/** The newest alerts, oldest first: all of them each time, so that none has to arrive for the next to be right. */
export interface AlertPacket {
  /** Another market has another one: its alerts may have the ids of those before. */
  readonly run: string;
  readonly alerts: readonly PageAlert[];
}

/** Most alerts that travel with the page. */
const MOST_ANNOUNCED = 20;

/** The strip that announces new alerts by toast, sound and notification, to be shown once. */
export function alertBellMount(id: string, theme: Theme): string {
  const setting: AlertBellSetting = { theme };
  return `<comove-alerts style="display:block" data-id="${escapeHtml(id)}" ` +
    `${jsonAttribute("data-setting", setting)}></comove-alerts>`;
}

/** Brings the newest alerts to the strip of the same id. */
export function alertBellFeed(id: string, { run, alerts }: AlertPacket): string {
  return hiddenFeed(id, { run, alerts: alerts.slice(-MOST_ANNOUNCED) });
}
