import { isLoopback } from "../runtime/address.ts";
import type { Dashboard } from "./dashboard.ts";
import { foreignProblem, type OwnAddress } from "./guard/own_address.ts";
import { ApiProblem } from "./problem.ts";

/** Where a server listens, and the names it answers to. */
export interface OpeningAddress extends OwnAddress {
  readonly host: string;
}

/**
 * The answer to a request while the market opens: on loopback the page, which says how far that is; all else is to come
 * back. Pages from elsewhere are refused as later.
 */
export async function openingAnswer(
  request: Request,
  { host, ...own }: OpeningAddress,
  dashboard: Dashboard,
): Promise<Response> {
  const foreign = foreignProblem(request.headers, own);
  if (foreign !== undefined) return foreign.response();
  try {
    const isRead = request.method === "GET" || request.method === "HEAD";
    const page = isRead && isLoopback(host) ? await dashboard.answer(request) : undefined;
    if (page !== undefined) return page;
  } catch (error) {
    if (error instanceof ApiProblem) return error.response();
    throw error;
  }
  return new ApiProblem(503, {
    detail: "The market is opening: ask again in a second.",
    headers: { "retry-after": "1" },
  }).response();
}
