import { HOUR, MINUTE } from "../model/time.ts";
import { complaintOf, type TwsAction, twsCode } from "./tws_codes.ts";

/**
 * What was asked of TWS: contract details, a live stream of bars, delayed ticks, history, or the ticks of an index,
 * which are asked for as delayed.
 */
export type Asked = "listing" | "stream" | "delayed-stream" | "history" | "index";

/**
 * `first`: nothing of the kind has been served yet, so the refusal may be about the account or the settings.
 * `served`: it has been, so whatever refuses it now passes.
 */
export type Stage = "first" | "served";

/**
 * Why TWS refused a request:
 * - `none`: it did not; the request goes on.
 * - `ended`: it ended the stream and gives it again.
 * - `pacing`: asked too often. `scarce`: no free line or stream. `busy`: other passing trouble with the request.
 * - `competing`: another session of the user has the data.
 * - `no-data`: there is none in the time asked for. `trouble`: the service failed, and says no more.
 * - `contract`: no such contract. `request`: the request is wrong.
 * - `permission`: no live data. `no-delayed`: no delayed data either.
 * - `unclear`: the code stands for several of these and its text is not known, or the code is not known.
 */
export type RefusalCause =
  | "none"
  | "ended"
  | "pacing"
  | "scarce"
  | "busy"
  | "competing"
  | "no-data"
  | "trouble"
  | "contract"
  | "request"
  | "permission"
  | "no-delayed"
  | "unclear";

/**
 * What to do about it:
 * - `go-on`: nothing.
 * - `again`: ask again at once. `paced`: ask again later, and later still the next time. `soon`: ask again soon.
 * - `no-data`: the answer is that there is nothing.
 * - `delayed-due`: delayed data follows; when it does not in time, that is `no-delayed`.
 * - `slowly`: report it once and ask again slowly; give up after `givesUpMs` of refusals in an open market.
 * - `final`: asking again cannot help.
 */
export type Treatment =
  | { readonly kind: "go-on" | "again" | "paced" | "soon" | "no-data" | "delayed-due" | "final" }
  | { readonly kind: "slowly"; readonly givesUpMs: number };

type Row = Readonly<Record<Asked, Readonly<Record<Stage, Treatment>>>>;

const slowly = (givesUpMs: number): Treatment => ({ kind: "slowly", givesUpMs });

/** Never given up. */
const PATIENT = slowly(Infinity);
/** Longer than the nightly reset and than most other sessions of a user. */
const LASTING = slowly(6 * HOUR);
/** As long as IBKR's pacing counts back: what is refused longer from the start is not refused for its pace. */
const DOUBTFUL = slowly(10 * MINUTE);
const FINAL: Treatment = { kind: "final" };
const GO_ON: Treatment = { kind: "go-on" };
const AGAIN: Treatment = { kind: "again" };
const PACED: Treatment = { kind: "paced" };
const SOON: Treatment = { kind: "soon" };
const NO_DATA: Treatment = { kind: "no-data" };
const DELAYED_DUE: Treatment = { kind: "delayed-due" };

const at = (first: Treatment, served: Treatment) => ({ first, served });
const always = (treatment: Treatment) => at(treatment, treatment);

function row(
  listing: Row["listing"],
  stream: Row["stream"],
  delayed: Row["delayed-stream"],
  history: Row["history"],
  index: Row["index"],
): Row {
  return { listing, stream, "delayed-stream": delayed, history, index };
}

function everywhere(treatment: Treatment): Row {
  const each = always(treatment);
  return row(each, each, each, each, each);
}

const PATIENTLY = always(PATIENT);
const INDEX = at(FINAL, PATIENT);

/**
 * What each refusal means for each request, before the first data and after it. Once an instrument was served,
 * nothing ends it but hours of refusals in an open market; history alone never does, for the stream goes on.
 * An index is never given up: what is final for it is asked for again now and then.
 */
const TREATMENTS: Readonly<Record<RefusalCause, Row>> = {
  none: everywhere(GO_ON),
  ended: row(always(SOON), always(AGAIN), always(AGAIN), always(SOON), always(AGAIN)),
  pacing: everywhere(PACED),
  scarce: everywhere(PATIENT),
  competing: everywhere(PATIENT),
  "no-data": row(always(SOON), always(SOON), always(SOON), always(NO_DATA), always(SOON)),
  trouble: everywhere(SOON),
  busy: row(PATIENTLY, at(LASTING, LASTING), at(LASTING, LASTING), PATIENTLY, PATIENTLY),
  contract: row(at(FINAL, LASTING), at(DOUBTFUL, LASTING), at(DOUBTFUL, LASTING), PATIENTLY, INDEX),
  request: row(at(FINAL, LASTING), at(FINAL, LASTING), at(FINAL, LASTING), PATIENTLY, INDEX),
  permission: row(
    PATIENTLY,
    at(FINAL, LASTING),
    always(DELAYED_DUE),
    at(FINAL, PATIENT),
    always(DELAYED_DUE),
  ),
  "no-delayed": row(PATIENTLY, at(FINAL, LASTING), at(FINAL, LASTING), at(FINAL, PATIENT), INDEX),
  unclear: row(PATIENTLY, at(DOUBTFUL, LASTING), at(DOUBTFUL, LASTING), PATIENTLY, PATIENTLY),
};

const CAUSES: Readonly<Partial<Record<TwsAction, RefusalCause>>> = {
  ignore: "none",
  note: "none",
  stale: "none",
  verify: "none",
  heal: "none",
  suspect: "none",
  "client-id": "none",
  "port-moved": "none",
  decode: "none",
  resubscribe: "ended",
  "slow-down": "pacing",
  lines: "scarce",
  busy: "busy",
  competing: "competing",
  "unknown-contract": "contract",
  "refused-request": "request",
  permission: "permission",
  advisory: "permission",
  "no-delayed": "no-delayed",
};
const HISTORY_ERROR = 162;

/**
 * Why TWS refused a request, by its code. The text only refines the two codes that stand for several failures, and
 * a text that is not known leaves them passing.
 *
 * @param isCompeting another session of the user was seen of late, by a code: it explains a text that is not known.
 */
export function refusalCause(
  code: number,
  text: string,
  { isCompeting }: { readonly isCompeting: boolean },
): RefusalCause {
  const { action } = twsCode(code);
  if (action !== "by-text") return CAUSES[action] ?? "unclear";
  const complaint = complaintOf(text);
  if (complaint === "other-session") return "competing";
  if (complaint === "cancelled") return "trouble";
  if (complaint !== "unclear") return complaint;
  if (isCompeting) return "competing";
  return code === HISTORY_ERROR ? "trouble" : "unclear";
}

/**
 * What to do about a refusal. Pure.
 *
 * @example
 * ```ts
 * import { treatmentOf } from "./tws_refusals.ts";
 * import assert from "node:assert/strict";
 * assert.equal(treatmentOf("permission", "stream", "first").kind, "final");
 * assert.equal(treatmentOf("permission", "stream", "served").kind, "slowly");
 * ```
 */
export function treatmentOf(cause: RefusalCause, asked: Asked, stage: Stage): Treatment {
  return TREATMENTS[cause][asked][stage];
}
