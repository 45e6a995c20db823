/** Digits after the point, in bits, of the quotients below. */
const BITS = 64n;

/**
 * Pearson's r in whole numbers, rounded once at the end: the right answer for any doubles. Rows with a side
 * that is not finite are left out; NaN with fewer than two pairs or a constant side.
 */
export function exactCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const rows = Array.from(x, (_, row) => row).filter((row) =>
    Number.isFinite(x[row]) && Number.isFinite(y[row])
  );
  if (rows.length < 2) return NaN;
  const a = wholeNumbers(rows.map((row) => x[row]!)), b = wholeNumbers(rows.map((row) => y[row]!));
  const n = BigInt(rows.length), sumA = total(a), sumB = total(b);
  const aa = n * dot(a, a) - sumA * sumA, bb = n * dot(b, b) - sumB * sumB;
  if (aa === 0n || bb === 0n) return NaN;
  const scaled = ((n * dot(a, b) - sumA * sumB) << (2n * BITS)) /
    squareRoot((aa * bb) << (2n * BITS));
  return Number(scaled) / 2 ** Number(BITS);
}

/** The same numbers in one unit small enough that all are whole. */
function wholeNumbers(values: readonly number[]): bigint[] {
  const bits = new DataView(new ArrayBuffer(8));
  const parts = values.map((value) => {
    bits.setFloat64(0, value);
    const word = bits.getBigUint64(0), exponent = Number((word >> 52n) & 0x7ffn);
    const fraction = (word & ((1n << 52n) - 1n)) | (exponent > 0 ? 1n << 52n : 0n);
    return { mantissa: word >> 63n ? -fraction : fraction, exponent: Math.max(1, exponent) };
  });
  const least = Math.min(...parts.map(({ exponent }) => exponent));
  return parts.map(({ mantissa, exponent }) => mantissa << BigInt(exponent - least));
}

function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

function dot(a: readonly bigint[], b: readonly bigint[]): bigint {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0n);
}

/** The whole part of the square root, by Newton's method. */
function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt((value.toString(16).length * 4) / 2 + 1 | 0);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
