/**
 * Count, means and centred second moments of pairs `(x, y)`. Pairs and whole sets can be added, never
 * taken away, so nothing cancels. Means are kept as distances from the first pair: a constant side has
 * exactly zero spread, whatever its level.
 *
 * Updating and merging: Chan, Golub & LeVeque, The American Statistician 37 (1983).
 * Works for spreads from about 1e-150 to 1e150.
 */
export class CoMoments {
  /** Pairs added. */
  n = 0;
  /** First pair: the origin of the means. */
  anchorX = 0;
  anchorY = 0;
  /** Means, less the anchor. */
  meanX = 0;
  meanY = 0;
  /** Sums of squares and products about the means. */
  xx = 0;
  yy = 0;
  xy = 0;

  clear(): void {
    this.n =
      this.meanX =
      this.meanY =
      this.xx =
      this.yy =
      this.xy =
        0;
  }

  /** Adds one pair; both must be finite. */
  add(x: number, y: number): void {
    if (this.n === 0) {
      this.anchorX = x;
      this.anchorY = y;
    }
    const n = ++this.n;
    const fromX = x - this.anchorX, fromY = y - this.anchorY;
    const dx = fromX - this.meanX, dy = fromY - this.meanY;
    const meanX = this.meanX + dx / n, meanY = this.meanY + dy / n;
    const restX = fromX - meanX, restY = fromY - meanY;
    this.meanX = meanX;
    this.meanY = meanY;
    this.xx += dx * restX;
    this.yy += dy * restY;
    this.xy += dx * restY;
  }

  /** Adds all pairs of another set. */
  merge(other: CoMoments): void {
    if (other.n === 0) return;
    if (this.n === 0) {
      this.copy(other);
      return;
    }
    const n = this.n + other.n;
    const dx = other.anchorX - this.anchorX + (other.meanX - this.meanX);
    const dy = other.anchorY - this.anchorY + (other.meanY - this.meanY);
    const weight = this.n * (other.n / n);
    this.meanX += dx * (other.n / n);
    this.meanY += dy * (other.n / n);
    this.xx += other.xx + dx * dx * weight;
    this.yy += other.yy + dy * dy * weight;
    this.xy += other.xy + dx * dy * weight;
    this.n = n;
  }

  copy(other: CoMoments): void {
    this.n = other.n;
    this.anchorX = other.anchorX;
    this.anchorY = other.anchorY;
    this.meanX = other.meanX;
    this.meanY = other.meanY;
    this.xx = other.xx;
    this.yy = other.yy;
    this.xy = other.xy;
  }

  /** Pearson's r; NaN with fewer than two pairs, a constant side, or a spread beyond doubles. */
  get correlation(): number {
    return correlationOf(this.xx, this.yy, this.xy);
  }
}

/**
 * Pearson's r of sums of squares and products about the means, all in one unit; NaN with a constant side or
 * a spread beyond doubles.
 */
export function correlationOf(xx: number, yy: number, xy: number): number {
  const product = xx * yy;
  if (xx > 0 && product > 1e-280 && product < 1e280) {
    const r = xy / Math.sqrt(product);
    return r > 1 ? 1 : r < -1 ? -1 : r;
  }
  return correlationAtAnyScale(xx, yy, xy);
}

/** The product leaves the range of doubles, or its precise part, at scales of 1e±70; its roots do not. */
function correlationAtAnyScale(xx: number, yy: number, xy: number): number {
  if (!(xx > 0 && yy > 0) || xx === Infinity || yy === Infinity) return NaN;
  const r = xy / (Math.sqrt(xx) * Math.sqrt(yy));
  return r > 1 ? 1 : r < -1 ? -1 : r;
}
