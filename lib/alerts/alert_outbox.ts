import type { AlertChange } from "../model/alert.ts";
import type { DeliveryStatus } from "../model/delivery.ts";
import type { JudgeSnapshot, MeasuredRules } from "./judge.ts";

/** What one judgement came to: kept together, so that a restart neither repeats nor forgets. */
export interface AlertRecord {
  /** In order; may be empty. */
  readonly changes: readonly AlertChange[];
  /** Where the rules stand after it. */
  readonly states: JudgeSnapshot;
  /** End of the newest minute judged, venue time. */
  readonly judgedTo: number;
  /** The rules that are watched, where others were when the record before was made. */
  readonly watched?: MeasuredRules | undefined;
}

/** Where judging stood when the process before this one ended. */
export type AlertCheckpoint = Pick<AlertRecord, "states" | "judgedTo" | "watched">;

/**
 * Keeps what alerts came to, and sees to their messages. Called by the alert sink, one call after the other, outside
 * the feeds' turn.
 */
export interface AlertOutbox {
  /** How the channels fare, and what became of the newest messages. */
  readonly status: DeliveryStatus;
  /** Resolves once all of it is kept: rows of alerts, deliveries by alert, channel and kind, and the checkpoint. */
  record(record: AlertRecord): Promise<void>;
  /** Sends what is due; what a slow channel has not taken in 4 s of local time is left to `close`. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
