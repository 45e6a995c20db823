/** What keys do in a panel of charts; {@link RangeLink} has those that move it. */
export interface ChartKeyActions {
  /** The `n`-th timeframe, from 0. */
  readonly timeframe: (n: number) => void;
  readonly pause: () => void;
  readonly fullScreen: () => void;
  readonly help: () => void;
  /** Out of what is open: help, the measurement, the whole screen. */
  readonly back: () => void;
}

/** Shown as help, in this order. */
export const CHART_KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["← →", "scroll"],
  ["↑ ↓ or + −", "zoom in and out"],
  ["Home, End", "oldest and newest bar"],
  ["1 to 6", "length of the bars"],
  ["Space", "hold the charts still, and go on"],
  ["f", "one chart on the whole screen"],
  ["Shift and drag", "measure price, time and %"],
  ["?", "this list"],
  ["Esc", "back"],
];

/** True for a field or a list that has its own use for keys. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea");
}

/** Does what a key stands for; false where it stands for nothing here. */
export function onChartKey(event: KeyboardEvent, actions: ChartKeyActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
  const { key, target } = event;
  if (/^[1-9]$/.test(key)) actions.timeframe(Number(key) - 1);
  else if (key === " " && !(target instanceof HTMLButtonElement)) actions.pause();
  else if (key === "f") actions.fullScreen();
  else if (key === "?") actions.help();
  else if (key === "Escape") actions.back();
  else return false;
  return true;
}
