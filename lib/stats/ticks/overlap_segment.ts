/**
 * The Hayashi–Yoshida sums of a stretch of ticks of two sides, and what is needed to join the stretch that
 * follows: nothing is ever subtracted from a sum. Prices only; the order of the ticks is the order in which
 * they are added. NaN stands for a price that is not there.
 *
 * For each side: its first and last price, and the other side's price at those moments: `before` its last
 * tick (or with it), `after` its first tick (or with it).
 */
export class OverlapSegment {
  /** Ticks of the first and of the second side. */
  n1 = 0;
  n2 = 0;
  /** Sum of the products of price changes over intervals that overlap. */
  cov = 0;
  /** Sums of squared price changes. */
  rv1 = 0;
  rv2 = 0;
  #first1 = NaN;
  #last1 = NaN;
  #first2 = NaN;
  #last2 = NaN;
  #before1 = NaN;
  #before2 = NaN;
  #after1 = NaN;
  #after2 = NaN;

  clear(): void {
    this.moment(NaN, NaN);
  }

  /** Becomes the segment of one moment, at which one side or both have a price. */
  moment(price1: number, price2: number): void {
    this.n1 = Number.isNaN(price1) ? 0 : 1;
    this.n2 = Number.isNaN(price2) ? 0 : 1;
    this.cov = this.rv1 = this.rv2 = 0;
    this.#first1 = this.#last1 = price1;
    this.#first2 = this.#last2 = price2;
    this.#before1 = this.#after1 = this.n1 === 0 ? NaN : price2;
    this.#before2 = this.#after2 = this.n2 === 0 ? NaN : price1;
  }

  copy(other: OverlapSegment): void {
    this.n1 = other.n1;
    this.n2 = other.n2;
    this.cov = other.cov;
    this.rv1 = other.rv1;
    this.rv2 = other.rv2;
    this.#first1 = other.#first1;
    this.#last1 = other.#last1;
    this.#first2 = other.#first2;
    this.#last2 = other.#last2;
    this.#before1 = other.#before1;
    this.#before2 = other.#before2;
    this.#after1 = other.#after1;
    this.#after2 = other.#after2;
  }

  /** Becomes the earlier segment with the later one after it; either may be this one. */
  join(earlier: OverlapSegment, later: OverlapSegment): void {
    const a = earlier, b = later;
    const crosses1 = a.n1 > 0 && b.n1 > 0, crosses2 = a.n2 > 0 && b.n2 > 0;
    // The changes from the last tick of the one to the first of the other.
    const change1 = crosses1 ? b.#first1 - a.#last1 : 0;
    const change2 = crosses2 ? b.#first2 - a.#last2 : 0;
    let cov = a.cov + b.cov + change1 * change2;
    // They also meet what the other side did within either segment, after the one tick and before the other.
    if (crosses1) {
      const inA = a.n2 > 0 ? a.#last2 - or(a.#before1, a.#first2) : 0;
      const inB = b.n2 > 0 ? or(b.#after1, b.#last2) - b.#first2 : 0;
      cov += change1 * (inA + inB);
    }
    if (crosses2) {
      const inA = a.n1 > 0 ? a.#last1 - or(a.#before2, a.#first1) : 0;
      const inB = b.n1 > 0 ? or(b.#after2, b.#last1) - b.#first1 : 0;
      cov += change2 * (inA + inB);
    }
    const before1 = b.n1 > 0 ? or(b.#before1, a.#last2) : a.#before1;
    const before2 = b.n2 > 0 ? or(b.#before2, a.#last1) : a.#before2;
    const after1 = a.n1 > 0 ? or(a.#after1, b.#first2) : b.#after1;
    const after2 = a.n2 > 0 ? or(a.#after2, b.#first1) : b.#after2;
    const first1 = or(a.#first1, b.#first1), first2 = or(a.#first2, b.#first2);
    const last1 = or(b.#last1, a.#last1), last2 = or(b.#last2, a.#last2);
    this.rv1 = a.rv1 + b.rv1 + change1 * change1;
    this.rv2 = a.rv2 + b.rv2 + change2 * change2;
    this.n1 = a.n1 + b.n1;
    this.n2 = a.n2 + b.n2;
    this.cov = cov;
    this.#before1 = before1;
    this.#before2 = before2;
    this.#after1 = after1;
    this.#after2 = after2;
    this.#first1 = first1;
    this.#first2 = first2;
    this.#last1 = last1;
    this.#last2 = last2;
  }
}

/** The price, or the other one where it is not there. */
function or(price: number, other: number): number {
  return Number.isNaN(price) ? other : price;
}
