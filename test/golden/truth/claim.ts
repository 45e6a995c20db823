/** One statement about the library and what a simulation with a known truth measured. */
export interface Claim {
  /** What was simulated and asked, for example `pearson covers r = 0.5, n = 60, normal`. */
  name: string;
  /** What must be measured, for example `95 ± 1 %`. */
  target: string;
  /** What was measured, for example `94.8 %`. */
  figure: string;
  /** Whether the figure meets the target. */
  holds: boolean;
}

/** A simulation, seeded, that judges one or more claims. */
export interface ClaimSource {
  /** What `--only` selects it by: lower case and dashes. */
  name: string;
  run(): Claim[] | Promise<Claim[]>;
}

/** Share of `samples` simulated samples in which `happens`, in percent. */
export function percentOf(samples: number, happens: (sample: number) => boolean): number {
  let count = 0;
  for (let sample = 0; sample < samples; sample++) if (happens(sample)) count++;
  return 100 * count / samples;
}

/** The claim that a share, in percent, lies in `[lo, hi]`. */
export function shareClaim(name: string, percent: number, lo: number, hi: number): Claim {
  return {
    name,
    target: lo <= 0 ? `<= ${hi} %` : hi >= 100 ? `>= ${lo} %` : `${lo} to ${hi} %`,
    figure: `${percent.toFixed(1)} %`,
    holds: percent >= lo && percent <= hi,
  };
}
