import { MINUTE } from "../../model/time.ts";
import { strikeCommon } from "../common_faults.ts";
import type { FaultAction } from "../fault.ts";
import type { FaultTarget } from "../fault_target.ts";
import { passingRefusal } from "./passing_refusals.ts";
import { Refusals } from "./refusals.ts";
import type { Session } from "./session.ts";
import type { Venue } from "./venue.ts";

/** What becomes of the streams of an interrupted server. */
export type Interruption = "kept" | "lost" | "dead";

/** A server that can be struck. */
export interface StruckServer extends FaultTarget {
  /** Sends a message that concerns no request (reqId −1) to every client: 1100, 1102, 2103, … */
  notice(code: number, text: string): void;
  /**
   * The server loses IBKR for `durationMs`: code 1100, then no data and no history, then 1102 with the
   * streams going on (`kept`) or dead all the same (`dead`), or 1101 with the streams gone (`lost`). What
   * fell due meanwhile is lost each time.
   */
  interrupt(durationMs: number, options: { streams: Interruption }): void;
}

/** What a fault gets hold of. */
export interface Struck {
  readonly server: StruckServer;
  readonly venue: Venue;
  readonly sessions: Iterable<Session>;
  /** Calls back after a delay in venue ms, unless the server is closed first. */
  after(durationMs: number, callback: () => void): void;
}

/** IB Gateway keeps the ids of its clients in use for a while after its nightly restart. */
const HELD_AFTER_RESTART_MS = MINUTE;
/** No message is that long. */
const BAD_LENGTH = new Uint8Array([0x7f, 0xff, 0xff, 0xff, 0x34, 0]);

/** Lets a fault strike a TWS server. @throws {RangeError} for a fault of another venue. */
export function strike(action: FaultAction, { server, venue, sessions, after }: Struck): void {
  if (strikeCommon(server, action)) return;
  const { troubles } = venue;
  const now = venue.time.now();
  const each = (act: (session: Session) => void) => [...sessions].forEach(act);
  switch (action.kind) {
    case "dead-streams":
      return each((session) => session.streams.clear());
    case "duplicate":
      return troubles.order.repeat(action.count);
    case "shuffle":
      return troubles.order.shuffle(action.count);
    case "outage-kept":
      return server.interrupt(action.durationMs, { streams: "kept" });
    case "outage-lost":
      return server.interrupt(action.durationMs, { streams: "lost" });
    case "outage-dead":
      return server.interrupt(action.durationMs, { streams: "dead" });
    case "farm":
      troubles.breakFarm(now + action.durationMs);
      server.notice(2103, "Market data farm connection is broken:usfuture");
      return after(action.durationMs, () => {
        each((session) => session.streams.clear());
        server.notice(2104, "Market data farm connection is OK:usfuture");
      });
    case "history-farm":
      troubles.breakHistory(now + action.durationMs);
      server.notice(2105, "HMDS data farm connection is broken:ushmds");
      return after(
        action.durationMs,
        () => server.notice(2106, "HMDS data farm connection is OK:ushmds"),
      );
    case "history-silent":
      return troubles.silenceHistory(now + action.durationMs);
    case "history-pacing":
      return troubles.complain("pacing", action.count);
    case "history-no-data":
      return troubles.complain("no-data", action.count);
    case "history-error":
      return troubles.complain("error", action.count);
    case "history-short":
      troubles.answersToCut = action.count;
      return;
    case "history-slow":
      return troubles.slowHistory(action.delayMs, now + action.durationMs);
    case "end-streams":
      return each((session) => session.streams.endAll(Refusals.subscriptionEnded));
    case "compete":
      troubles.compete(now + action.durationMs);
      return each((session) => session.streams.endAll(Refusals.competing));
    case "refuse-listing":
      return troubles.refuse("listing", action.code, now + action.durationMs);
    case "refuse-history":
      return troubles.refuse("history", action.code, now + action.durationMs);
    case "refuse-streams":
      troubles.refuse("streams", action.code, now + action.durationMs);
      return each((session) => session.streams.endAll(passingRefusal(action.code, now)));
    case "hold-ids":
      return troubles.holdIds(now + action.durationMs);
    case "restart":
      troubles.holdIds(now + action.durationMs + HELD_AFTER_RESTART_MS);
      server.notice(1100, "Connectivity between IBKR and Trader Workstation has been lost.");
      each((session) => session.dismiss());
      return server.refuse(action.durationMs);
    case "hang":
      troubles.hang(now + action.durationMs);
      return server.drop();
    case "bad-length":
      return each((session) => session.sendRaw(BAD_LENGTH));
    default:
      throw new RangeError(`a fault of IBKR must be of its kinds, got ${action.kind}`);
  }
}
