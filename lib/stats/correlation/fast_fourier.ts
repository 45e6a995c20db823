/**
 * The discrete Fourier transform of one size, in place, O(n log n): radix 2.
 *
 * J. W. Cooley & J. W. Tukey, Mathematics of Computation 19 (1965).
 */
export class Fourier {
  readonly #size: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #swaps: Uint32Array;

  /** @param size a power of two. */
  constructor(size: number) {
    this.#size = size;
    this.#cosines = Float64Array.from(
      { length: size / 2 },
      (_, k) => Math.cos(2 * Math.PI * k / size),
    );
    this.#sines = Float64Array.from(
      { length: size / 2 },
      (_, k) => Math.sin(2 * Math.PI * k / size),
    );
    this.#swaps = reversedBits(size);
  }

  /** @param re real parts, `size` of them. @param im imaginary parts, as many. */
  transform(re: Float64Array, im: Float64Array): void {
    const size = this.#size, cosines = this.#cosines, sines = this.#sines;
    for (let i = 0; i < size; i++) {
      const j = this.#swaps[i]!;
      if (i >= j) continue;
      const a = re[i]!, b = im[i]!;
      re[i] = re[j]!;
      im[i] = im[j]!;
      re[j] = a;
      im[j] = b;
    }
    for (let half = 1, stride = size / 2; half < size; half *= 2, stride /= 2) {
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const cosine = cosines[k * stride]!, sine = sines[k * stride]!;
          const low = start + k, high = low + half;
          const a = re[high]! * cosine + im[high]! * sine;
          const b = im[high]! * cosine - re[high]! * sine;
          re[high] = re[low]! - a;
          im[high] = im[low]! - b;
          re[low]! += a;
          im[low]! += b;
        }
      }
    }
  }
}

/**
 * `Σ x_t x_(t-lag)` for lags `0 .. maxLag` all together, O(n log maxLag): each block of x and what it
 * overlaps are the two parts of one complex column, and the products of their spectra add up over blocks.
 */
export function lagProducts(x: Float64Array, maxLag: number): Float64Array {
  let size = 64;
  while (size < 4 * maxLag) size *= 2;
  const fourier = new Fourier(size), block = size - maxLag;
  const re = new Float64Array(size), im = new Float64Array(size);
  const sumRe = new Float64Array(size), sumIm = new Float64Array(size);
  for (let from = 0; from < x.length; from += block) {
    re.fill(0);
    im.fill(0);
    re.set(x.subarray(from, from + block));
    const before = Math.min(from, maxLag);
    im.set(x.subarray(from - before, from + block), maxLag - before);
    fourier.transform(re, im);
    for (let k = 0; k < size; k++) {
      const mirror = (size - k) % size;
      // Twice the spectra of the block and of what it overlaps.
      const blockRe = re[k]! + re[mirror]!, blockIm = im[k]! - im[mirror]!;
      const overlapRe = im[k]! + im[mirror]!, overlapIm = re[mirror]! - re[k]!;
      sumRe[k]! += blockRe * overlapRe + blockIm * overlapIm;
      sumIm[k]! += blockRe * overlapIm - blockIm * overlapRe;
    }
  }
  // The inverse is the transform with the parts exchanged.
  fourier.transform(sumIm, sumRe);
  return Float64Array.from({ length: maxLag + 1 }, (_, lag) => sumRe[maxLag - lag]! / (4 * size));
}

function reversedBits(size: number): Uint32Array {
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i++) {
    reversed[i] = reversed[i >> 1]! / 2 + ((i & 1) === 1 ? size / 2 : 0);
  }
  return reversed;
}
