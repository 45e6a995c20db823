import type { ExaminedFile, FileDoubts } from "../../bars/examine/examined_file.ts";
import type { StoreBatch } from "../store.ts";

/** A row that cannot be stored, and why. */
export interface RefusedRow {
  /** `line 3`, or `row 2` of what has no lines. */
  readonly row: string;
  /** Without its full stop. */
  readonly reason: string;
}

/** Rows that are refused and named; further ones are counted. */
export const MOST_NAMED = 20;

/** What an import would do; nothing is done yet. */
export interface ImportPlan {
  /** `bars of 1m`, `trades`. */
  readonly what: string;
  /** Rows that would be written. */
  readonly rows: number;
  /** Rows that cannot be stored; named are the first of them. */
  readonly refused: number;
  readonly named: readonly RefusedRow[];
  /** The same row again: written once. */
  readonly repeats: number;
  /** Why nothing can be imported as the file is read now, and what to do; empty where it can. */
  readonly obstacles: readonly string[];
  readonly batch: StoreBatch;
  /** What the examination of bars found; undefined for trades. */
  readonly examined?: { readonly shown: ExaminedFile; readonly doubts: FileDoubts };
}
