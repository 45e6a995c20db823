/** Linear RGB as readers see it who lack a kind of cones: Machado, Oliveira and Fernandes 2009, at full severity. */
export const EYES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  "every kind of cone": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  "no cones for red": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no cones for green": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
  ],
  "no cones for blue": [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.303900],
  ],
};

/** CIE L*a*b* of `#rrggbb` as an eye sees it. */
function labOf(colour: string, eye: readonly (readonly number[])[]): number[] {
  const linear = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [r, g, b] = eye.map((row) =>
    Math.min(1, Math.max(0, row.reduce((sum, part, i) => sum + part * linear[i]!, 0)))
  ) as [number, number, number];
  const [x, y, z] = [
    (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883,
  ].map((part) => part > 216 / 24_389 ? Math.cbrt(part) : (24_389 / 27 * part + 16) / 116);
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)];
}

/** How far apart two colours are for the eye that keeps them apart least, CIE 1976: 2 is just to be seen side by side. */
export function leastDifference(one: string, other: string): { value: number; eye: string } {
  const found = Object.entries(EYES).map(([eye, matrix]) => {
    const a = labOf(one, matrix), b = labOf(other, matrix);
    return { value: Math.hypot(...a.map((part, k) => part - b[k]!)), eye };
  });
  return found.reduce((least, next) => next.value < least.value ? next : least);
}
