/** What a Deribit venue has seen of its clients. */
export interface DeribitStats {
  /** Sockets open now, and opened so far. */
  readonly liveSockets: number;
  readonly connections: number;
  /** Channels subscribed now, over all sockets. */
  readonly subscriptions: number;
  /** Calls over sockets and HTTP. */
  readonly calls: number;
  /** Calls refused with 10028 because credits had run out, faults not counted. */
  readonly creditsExceeded: number;
  /** Fewest credits ever left for calls. */
  readonly fewestCredits: number;
  readonly notices: number;
  readonly testRequests: number;
  /** Connections closed because a `test_request` stayed without an answer. */
  readonly unanswered: number;
}

/** Where the parts of the venue count. */
export class Counters {
  connections = 0;
  calls = 0;
  creditsExceeded = 0;
  notices = 0;
  testRequests = 0;
  unanswered = 0;
}
