/** One thing that is wrong with a request. */
export interface ProblemError {
  /** JSON pointer into the request: `/query/limit`, `/path/id`, `/body/fire`. */
  readonly pointer: string;
  /** The rule that it breaks, a sentence without its subject. */
  readonly rule: string;
  /** What was sent; cut where it is long. */
  readonly value: unknown;
}

/** What a {@link ApiProblem} carries beside its status. */
export interface ProblemOptions {
  /** What is wrong and what to do next. Holds no secret. */
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
  readonly headers?: Readonly<Record<string, string>>;
}

const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/** Statuses that a problem may have. */
export type ProblemStatus = keyof typeof TITLES;

export const PROBLEM_TYPE = "application/problem+json";

/** A request that cannot be answered as asked; becomes a problem of RFC 9457. */
export class ApiProblem extends Error {
  readonly status: ProblemStatus;
  readonly errors: readonly ProblemError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ProblemStatus, { detail, errors = [], headers = {} }: ProblemOptions) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  /** As an answer. */
  response(): Response {
    const { status, message: detail, errors, headers } = this;
    const body = { type: "about:blank", title: TITLES[status], status, detail, errors };
    const answer = new Response(JSON.stringify(body), { status, headers });
    answer.headers.set("content-type", PROBLEM_TYPE);
    answer.headers.set("cache-control", "no-store");
    answer.headers.set("x-content-type-options", "nosniff");
    return answer;
  }
}

const LONGEST_VALUE = 200;

/** A value as a problem shows it. */
export function shownValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "string") return value.slice(0, LONGEST_VALUE);
  if (typeof value !== "object" || value === null) return value;
  return JSON.stringify(value).slice(0, LONGEST_VALUE);
}
