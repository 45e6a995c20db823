import { elementMount } from "./element_mount.ts";
import { packedNumbers, unpackedBytes } from "./packed_numbers.ts";
import type { AlertRule } from "../model/alert.ts";
import { formatUtc } from "../model/time.ts";
import { type RehearsalSeries, type StudiedRule, studyRule } from "./rehearsal_study.ts";
import { rehearsalSummary, studiedText } from "./rehearsal_text.ts";
import type { Theme } from "./theme.ts";
import { feedMarkup } from "./trading_view.ts";

/** What the page is given of a rehearsal. */
export interface RehearsalSetting {
  readonly rule: StudiedRule;
  readonly name: string;
  readonly severity: AlertRule["severity"];
  /** `correlation of BTCUSDT/ES, 1m, window 60` */
  readonly watches: string;
  /** Behind each value: ` %`. */
  readonly unit: string;
  readonly theme: Theme;
}

/** The metric's past, as the page is given it. */
export interface RehearsalPacket {
  /** End of the first minute, epoch ms UTC; null without any. */
  readonly start: number | null;
  /** 64-bit floats, little-endian, in base64: to the last digit what the kernel judges by. */
  readonly values: string;
  /** Minutes that are unknown, by their reason. */
  readonly unknown: Readonly<Record<string, number>>;
  /** What the data is: `simulated`. */
  readonly source: string;
}

export interface RehearsalViewOptions extends RehearsalSetting {
  /** Unique on the page; the reader's choice is kept under it. */
  readonly id: string;
  readonly series: RehearsalSeries;
  readonly unknown: Readonly<Record<string, number>>;
  readonly source: string;
}

/** A rule against the past with its threshold in the reader's hand, to be shown once; the feed brings the past. */
export function rehearsalMount(id: string, setting: RehearsalSetting, fallbackHtml = ""): string {
  return elementMount("comove-rehearsal", id, setting, fallbackHtml);
}

/** Brings the past to the rehearsal of the same id, about 11 bytes a minute, and says how the rule itself fares. */
export function rehearsalFeed(options: RehearsalViewOptions): string {
  const { id, name, rule, series, unknown, source, theme } = options;
  const { start, value } = series;
  const packet: RehearsalPacket = {
    start: Number.isNaN(start) ? null : start,
    values: packedNumbers(Float64Array.from(value)),
    unknown,
    source,
  };
  const study = studyRule(series, rule);
  const caption = [
    `${name}, ${studiedText(rule)}: ${rehearsalSummary(study)}`,
    ...(value.length === 0 ? [] : [`to ${formatUtc(study.end)}`]),
    `${source} data`,
  ];
  return feedMarkup(id, packet, caption.join(" · "), theme);
}

/** The past again. */
export function unpackSeries({ start, values }: RehearsalPacket): RehearsalSeries {
  return { start: start ?? NaN, value: new Float64Array(unpackedBytes(values)) };
}
