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
    this.n++;
    const dx = x - this.anchorX - this.meanX;
    const dy = y - this.anchorY - this.meanY;
    this.meanX += dx / this.n;
    this.meanY += dy / this.n;
    const restX = x - this.anchorX - this.meanX;
    const restY = y - this.anchorY - this.meanY;
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
    if (!(this.xx > 0 && this.yy > 0)) return NaN;
    // The product of the variances would leave the range of doubles at scales of 1e±80.
    const r = this.xy / (Math.sqrt(this.xx) * Math.sqrt(this.yy));
    if (this.xx === Infinity || this.yy === Infinity) return NaN;
    return Math.max(-1, Math.min(1, r));
  }
}
