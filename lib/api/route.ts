import type { z } from "@hono/zod-openapi";
import type { ApiContext } from "./api_context.ts";
import type { JsonText } from "./json_text.ts";
import type { RequestBody } from "./request_body.ts";

type Values = z.ZodType<Readonly<Record<string, unknown>>>;

/** What a handler is given. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/**
 * How long a made text stands. `minute`: until the market's data changes, which it does once a minute; `bar`: until a bar
 * of the instrument in its path does, so nothing of it may grow while that one is silent; `second`: for a second; `run`:
 * for as long as the server runs; `never`: it is made for each request.
 */
export type Freshness = "minute" | "bar" | "second" | "run" | "never";

/** What a handler makes. */
export type Made<Answer extends z.ZodType> = z.input<Answer> | JsonText | Response;

/** One route: one file in `routes/` and one line in its registry. */
export interface ApiRoute<
  Params extends Values = Values,
  Query extends Values = Values,
  Body extends Values = Values,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: "get" | "post" | "put" | "delete";
  /** Below the base path, as OpenAPI writes it: `/bars/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: RequestBody<Body>;
  /** Schema of the answer in JSON; undefined for one that is never JSON, or without a body. */
  readonly answer?: Answer;
  /** Status of a good answer. @default 200 */
  readonly status?: 200 | 201 | 204;
  /** Media types of an answer that is not JSON. @default none */
  readonly types?: readonly string[];
  readonly fresh: Freshness;
  /** Other refusals that it may answer with, beside those of every route. */
  readonly problems?: readonly (404 | 409 | 503)[];
  /** What it costs of a peer's allowance, where its answer must be made. @default 1 */
  readonly cost?: number;
  /** @throws {ApiProblem} */
  handle(
    context: ApiContext,
    input: RouteInput<z.output<Params>, z.output<Query>, z.output<Body>>,
  ): Made<Answer> | Promise<Made<Answer>>;
}

/** A route whose types only its own handler knows. */
// deno-lint-ignore no-explicit-any
export type AnyRoute = ApiRoute<any, any, any, any>;

/** Checks a route's handler against its schemas. */
export function defineRoute<
  Params extends Values,
  Query extends Values,
  Body extends Values,
  Answer extends z.ZodType,
>(route: ApiRoute<Params, Query, Body, Answer>): AnyRoute {
  return route;
}
