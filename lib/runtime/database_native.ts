/**
 * What is used of `node:sqlite`. Deno's own types for it lack half of this, and those of Node, which some package
 * brings along, know it otherwise; so it is written down here.
 */
export interface NativeDatabase {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  readonly limits: { attach: number; length: number };
  exec(sql: string): void;
  prepare(sql: string): NativeStatement;
  setAuthorizer(ask: Authorizer | null): void;
  close(): void;
}

/** Allows or denies a step of a statement. What the texts are depends on the step. */
export type Authorizer = (action: number, first: string | null, second: string | null) => number;

/** A cell of a statement that reads integers as they are. */
export type NativeCell = string | number | bigint | null | Uint8Array;

/** A statement; its rows are arrays once asked for. */
export interface NativeStatement {
  readonly sourceSQL: string;
  columns(): readonly { readonly name: string }[];
  setReturnArrays(isArray: boolean): void;
  setReadBigInts(isBigInt: boolean): void;
  /** Ends without an error where the statement fails amid its rows. */
  iterate(): IterableIterator<readonly NativeCell[]>;
  run(...values: readonly (string | number | null)[]): { readonly changes: number | bigint };
  get(...values: readonly (string | number | null)[]): unknown;
  all(...values: readonly (string | number | null)[]): unknown;
}

/** SQLite's numbers for the steps of a statement, and for the answers to them. */
export const ACTION = { read: 20, select: 21, call: 31, recurse: 33 } as const;
export const ALLOW = 0;
export const DENY = 1;
