import { medianOf, quantileOf, shareOf } from "./robust.ts";

/** What their volume is of ours. */
export type VolumeRelation =
  /** One side has none. */
  | { readonly kind: "absent"; readonly side: "ours" | "theirs" | "both" }
  | { readonly kind: "same" }
  /** Ours times one factor, rounded perhaps: lots, thousands, contracts of another size. */
  | { readonly kind: "scale"; readonly factor: number; readonly share: number }
  /** Ours times the price: the turnover in the quote currency. */
  | { readonly kind: "turnover"; readonly side: "ours" | "theirs" }
  /** Another measure: half of the minutes lie between `from` and `to` times ours. */
  | { readonly kind: "other"; readonly factor: number; readonly from: number; readonly to: number };

/** Volumes and prices of the same times. */
export interface VolumePairs {
  readonly ours: Float64Array;
  readonly theirs: Float64Array;
  /** What our bars range over. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Share of the minutes that a relation must hold in. */
const MOST = 0.95;
/** Volumes are equal, or one factor apart, up to this share of them. */
export const VOLUME_ROUNDING = 1e-6;
const FACTOR_ROUNDING = 1e-3;

/** What their volume is of ours; minutes in which one of both is unknown or nothing traded show nothing. */
export function volumeRelation({ ours, theirs, low, high }: VolumePairs): VolumeRelation {
  const known = { ours: ours.some(isKnown), theirs: theirs.some(isKnown) };
  if (!known.ours || !known.theirs) {
    const side = known.ours ? "theirs" : known.theirs ? "ours" : "both";
    return { kind: "absent", side };
  }
  const isSame = shareOf(
    ours.map((volume, i) => Math.abs(theirs[i]! - volume) / Math.max(1e-12, volume, theirs[i]!)),
    (apart) => apart <= VOLUME_ROUNDING,
  );
  if (isSame >= MOST) return { kind: "same" };
  const ratio = ours.map((volume, i) => volume > 0 && theirs[i]! > 0 ? theirs[i]! / volume : NaN);
  const factor = medianOf(ratio);
  if (Number.isNaN(factor)) return { kind: "other", factor, from: NaN, to: NaN };
  const unit = unitOf(theirs, factor);
  const beyond = ours.map((volume, i) =>
    Number.isNaN(ratio[i]!)
      ? NaN
      : Math.abs(theirs[i]! - factor * volume) - theirs[i]! * FACTOR_ROUNDING - unit
  );
  const share = shareOf(beyond, (one) => one <= 0);
  if (share >= MOST) return { kind: "scale", factor, share };
  if (isTurnover(ratio, low, high)) return { kind: "turnover", side: "theirs" };
  if (isTurnover(ratio.map((one) => 1 / one), low, high)) return { kind: "turnover", side: "ours" };
  return { kind: "other", factor, from: quantileOf(ratio, 0.25), to: quantileOf(ratio, 0.75) };
}

/** Whole numbers made of fractions or of larger numbers are rounded by half a unit; else 0. */
function unitOf(theirs: Float64Array, factor: number): number {
  const areWhole = theirs.every((volume) => Number.isNaN(volume) || Number.isInteger(volume));
  return areWhole && factor < 1 ? 0.5 : 0;
}

/** Turnover over volume is the mean price of the minute. */
function isTurnover(ratio: Float64Array, low: Float64Array, high: Float64Array): boolean {
  const within = ratio.map((price, i) =>
    Number.isNaN(price) ? NaN : price >= low[i]! * 0.9999 && price <= high[i]! * 1.0001 ? 1 : 0
  );
  return shareOf(within, (yes) => yes === 1) >= MOST;
}

function isKnown(volume: number): boolean {
  return !Number.isNaN(volume);
}
