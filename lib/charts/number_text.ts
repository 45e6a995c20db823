/** Shown for what is not known. */
const UNKNOWN = "–";

/** The longest price written in full; longer ones are rounded to six digits and counted in powers of ten. */
const MOST_DIGITS = 15;

/** A price with its decimals: `65,012.10`; a real minus sign; `–` where unknown. */
export function priceText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const fixed = Math.abs(value) < 1e15 ? Math.abs(value).toFixed(Math.min(decimals, 12)) : "";
  if (fixed === "" || fixed.length > MOST_DIGITS + 1) {
    return minus(value, Math.abs(value).toExponential(5));
  }
  const [whole, part] = fixed.split(".");
  return minus(value, part === undefined ? grouped(whole!) : `${grouped(whole!)}.${part}`);
}

/** A volume, short: `1.23K`, `45.2`, `0.0042`. */
export function volumeText(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const [size, unit] = UNITS.find(([size]) => Math.abs(value) >= size) ?? [1, ""];
  const digits = Math.abs(value / size);
  const decimals = Number.isInteger(value) && unit === ""
    ? 0
    : digits >= 100
    ? 0
    : digits >= 10
    ? 1
    : digits >= 1
    ? 2
    : 4;
  return minus(value, digits.toFixed(decimals)) + unit;
}

const UNITS: readonly (readonly [number, string])[] = [[1e9, "B"], [1e6, "M"], [1e3, "K"]];

/** A change with its sign: `+0.12 %`; `–` where unknown. */
export function percentText(percent: number): string {
  if (!Number.isFinite(percent)) return UNKNOWN;
  const size = Math.abs(percent).toFixed(2);
  return `${percent < 0 && Number(size) > 0 ? "−" : "+"}${size} %`;
}

/** How far a price is above a reference: `▲ +1.20 %`; empty while unknown. */
export function changeText(price: number, reference: number): string {
  const percent = 100 * (price - reference) / reference;
  return Number.isFinite(percent) ? `${percent >= 0 ? "▲" : "▼"} ${percentText(percent)}` : "";
}

/** A number of any size in at most six digits: `0.000412`, `2.41`, `98,350.2`, `−0.31`; `–` where unknown. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  const text = size >= 1e6 ? size.toFixed() : `${Number(size.toPrecision(6))}`;
  const [whole, part] = text.split(".");
  return minus(value, part === undefined ? grouped(whole!) : `${grouped(whole!)}.${part}`);
}

/** `65,012` for `65012`. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function minus(value: number, text: string): string {
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** How many decimals write a multiple of `step` exactly, at most `most`. */
export function decimalsOfStep(step: number, most: number): number {
  for (let decimals = 0; decimals < most; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled)) return decimals;
  }
  return most;
}

/** Round numbers within `[lo, hi]`, about `count` of them, and how far they are apart. */
export function roundSteps(
  lo: number,
  hi: number,
  count: number,
): { readonly values: number[]; readonly step: number } {
  const rough = (hi - lo) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return { values: [lo], step: NaN };
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(lo / step), last = Math.floor(hi / step);
  const values = Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, i) => (first + i) * step,
  );
  return { values, step };
}
