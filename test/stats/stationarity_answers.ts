import type { LagRule } from "../../lib/stats/stationarity/dickey_fuller.ts";
import type { Deterministic } from "../../lib/stats/stationarity/mackinnon.ts";
import { readAnswers } from "./closeness.ts";

/** Unit-root tests of one series; the columns are in the order of make_stationarity.py. */
export interface UnitRootCase {
  readonly name: string;
  readonly x: number[];
  readonly adf: [
    regression: Deterministic,
    autolag: LagRule,
    maxLag: number | null,
    stat: number,
    pvalue: number,
    lag: number,
    nobs: number,
    one: number,
    five: number,
    ten: number,
    icBest: number | null | string,
  ][];
  readonly kpss: [
    regression: "c" | "ct",
    lags: "auto" | "legacy" | number,
    stat: number,
    pvalue: number,
    used: number,
  ][];
}

export interface JohansenCase {
  readonly det: -1 | 0 | 1;
  readonly lag: number;
  readonly eig: number[];
  readonly trace: number[];
  readonly max: number[];
  readonly cvt: number[][];
  readonly cvm: number[][];
  readonly vectors: number[][];
}

export interface CointegrationCase {
  readonly name: string;
  readonly y: number[];
  readonly X: number[][];
  readonly engleGranger: [
    trend: Deterministic,
    autolag: LagRule,
    maxLag: number | null,
    stat: number,
    pvalue: number,
    one: number | null,
    five: number | null,
    ten: number | null,
  ][];
  readonly johansen: JohansenCase[];
}

export interface StationarityAnswers {
  readonly unitRoots: UnitRootCase[];
  readonly surfaces: {
    readonly p: [Deterministic, series: number, stat: number, pvalue: number][];
    readonly critical: [Deterministic, series: number, nobs: number, number, number, number][];
  };
  readonly cointegration: CointegrationCase[];
  readonly granger: {
    readonly name: string;
    readonly y: number[];
    readonly x: number[];
    readonly rows: [
      lag: number,
      f: number,
      fP: number,
      df: number,
      chi2: number,
      chi2P: number,
      lr: number,
      lrP: number,
    ][];
  }[];
  readonly halfLife: {
    readonly x: number[];
    readonly phi: number;
    readonly phiSe: number;
    readonly value: number | "inf";
    readonly half: number | null;
  }[];
  readonly hurst: {
    readonly x: number[];
    readonly structure: number;
    readonly rs: number;
    readonly rsCorrected: number;
    readonly dfa: number;
  }[];
}

export const answers: StationarityAnswers = readAnswers("stationarity.json");
