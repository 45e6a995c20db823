/** How much a rule matters. */
export type Severity = "info" | "minor" | "major" | "critical";

/** An alert as every reader gets it: webhook, `events.jsonl`, API, rehearsal. Plain data, holds no secret. */
export interface AlertBody {
  /** `<rule>/<of>/<since>`: one excursion has one id. */
  readonly id: string;
  readonly rule: string;
  readonly metric: string;
  /** What it watches: an instrument, a pair `y/x`, or a venue. */
  readonly of: string;
  readonly severity: Severity;
  readonly state: "firing" | "resolved";
  /** The judged value, in the metric's own unit. */
  readonly value: number;
  /** What was crossed: the number of `fire`, or of `clear` where it is resolved. */
  readonly threshold: number;
  /** Observations behind the value, and those there could have been. */
  readonly n: number;
  readonly expected: number;
  /** End of the judged minute, venue time, epoch ms UTC. */
  readonly time: number;
  /** The same as text. */
  readonly utc: string;
  /** The first judgement of the excursion, pending included. */
  readonly since: number;
  /** What the data is: `live`, `delayed`, `replay`, `simulated`, or `imported`. */
  readonly source: string;
  /** One sentence for people. */
  readonly message: string;
}
