/** How several instruments are drawn: below each other, as % since the left edge, or on two price axes. */
export const CHART_MODES = ["stacked", "percent", "axes"] as const;

export type ChartMode = typeof CHART_MODES[number];

/** What a chart draws beside its candles. */
export interface ChartOverlay {
  readonly mode: ChartMode;
  /** Volume-weighted price since the session began. */
  readonly vwap: boolean;
  /** On-balance volume. */
  readonly obv: boolean;
  /** Bars in the mean volume. */
  readonly volumeAverage: number;
  /** Two instruments by id: the first's price in units of the second is drawn in a pane of its own. */
  readonly ratio: readonly [string, string] | undefined;
  /** Whether that pane shows. */
  readonly hasRatio: boolean;
}

export const PLAIN_OVERLAY: ChartOverlay = {
  mode: "stacked",
  vwap: true,
  obv: false,
  volumeAverage: 20,
  ratio: undefined,
  hasRatio: false,
};

/** What the reader switches. */
export type ChartSwitch = "vwap" | "obv" | "hasRatio";

/** The overlay with the reader's choice, as far as it can be read: it may be of an older version. */
export function withChoice(overlay: ChartOverlay, kept: unknown): ChartOverlay {
  if (typeof kept !== "object" || kept === null) return overlay;
  const { mode, vwap, obv, hasRatio } = kept as Record<string, unknown>;
  return {
    mode: CHART_MODES.find((one) => one === mode) ?? overlay.mode,
    vwap: typeof vwap === "boolean" ? vwap : overlay.vwap,
    obv: typeof obv === "boolean" ? obv : overlay.obv,
    volumeAverage: overlay.volumeAverage,
    ratio: overlay.ratio,
    hasRatio: overlay.ratio !== undefined &&
      (typeof hasRatio === "boolean" ? hasRatio : overlay.hasRatio),
  };
}
