import { OpenAPIHono, z } from "@hono/zod-openapi";
import { VERSION } from "../model/version.ts";
import { redact } from "../model/redact.ts";
import type { ApiContext } from "./api_context.ts";
import { BASE_PATH } from "./base_path.ts";
import { JsonText } from "./json_text.ts";
import { type Footing, type KeptAnswer, KeptAnswers } from "./kept_answers.ts";
import { minuteAge } from "./minute_age.ts";
import { isReading, otherMethod } from "./methods.ts";
import { ApiProblem, PROBLEM_TYPE } from "./problem.ts";
import { queryOf, readPart } from "./read_request.ts";
import { mediaTypesOf, readBody } from "./request_body.ts";
import type { AnyRoute } from "./route.ts";
import { PROBLEM } from "./schemas.ts";

const JSON_TYPE = "application/json";

/** What stands between a request and the routes. */
export interface AppOptions {
  readonly routes: readonly AnyRoute[];
  readonly context: ApiContext;
  /** Refuses a change that may not be made; called before its body is read. */
  readonly admitsChange: (request: Request, from: string) => ApiProblem | undefined;
  /** Refuses work that costs more than a peer may ask for. */
  readonly admitsWork: (from: string, cost: number) => ApiProblem | undefined;
}

/** The routes as one handler, their texts kept, and the document that describes them. */
export class ApiApp {
  readonly kept: KeptAnswers;
  readonly #options: AppOptions;
  readonly #hono = new OpenAPIHono<{ Bindings: { from: string } }>();
  #document: object | undefined;
  /** Requests that may have changed something: who has made one sees it in the next answer. */
  #requests = 0;

  constructor(options: AppOptions) {
    this.#options = options;
    this.kept = new KeptAnswers(Math.floor(options.context.clock.now()).toString(36));
    for (const route of options.routes) this.#add(route);
    this.#hono.notFound(({ req }) => {
      const lost = this.#lost(req.raw);
      return lost instanceof Response ? lost : lost.response();
    });
    this.#hono.onError((error) => this.failure(error));
  }

  /** The OpenAPI 3.1 document of all routes. */
  get document(): object {
    return this.#document ??= this.#hono.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Comove",
        version: VERSION,
        description:
          "How markets move together: bars, correlations and pairs of the markets that are followed, with the evidence of each number. Times are epoch ms UTC, ranges half-open, null is unknown.",
      },
      security: [],
    });
  }

  /** An answer that was made before and still stands; undefined where one must be made. */
  keptAnswer(request: Request): Response | undefined {
    if (!isReading(request)) return undefined;
    const kept = this.kept.find(request.url);
    return kept === undefined ? undefined : this.#answer(request, kept);
  }

  async answer(request: Request, from: string): Promise<Response> {
    return await this.#hono.fetch(request, { from });
  }

  #add(route: AnyRoute): void {
    const path = `${BASE_PATH}${route.path}`;
    this.#hono.openAPIRegistry.registerPath({ ...documentOf(route), path });
    this.#hono.on(
      route.method.toUpperCase(),
      path.replaceAll(/\{(\w+)\}/g, ":$1"),
      (c) => this.#run(route, c.req.raw, c.req.param(), c.env.from),
    );
  }

  async #run(
    route: AnyRoute,
    request: Request,
    given: Readonly<Record<string, string>>,
    from: string,
  ): Promise<Response> {
    const { context, admitsChange, admitsWork } = this.#options;
    const refusal = (route.method === "get" ? undefined : admitsChange(request, from)) ??
      admitsWork(from, route.cost ?? 1);
    if (refusal !== undefined) throw refusal;
    const params = readPart("path", route.params ?? NOTHING, given);
    const query = readPart("query", route.query ?? NOTHING, queryOf(new URL(request.url)));
    const body = route.body === undefined
      ? undefined
      : readPart("body", route.body.schema, await readBody(request, route.body, context.clock));
    const footing = this.#footingOf(route, params);
    const version = footing?.version();
    const made = await route.handle(context, { params, query, body });
    if (route.method !== "get") this.#requests++;
    if (made instanceof Response) return made;
    if (route.status === 204) return new Response(null, { status: 204 });
    const text = made instanceof JsonText ? made : new JsonText([JSON.stringify(made)]);
    if (footing === undefined || version === undefined || !isReading(request)) {
      const headers = { "content-type": JSON_TYPE, "cache-control": "no-store" };
      return new Response(text.read(), { status: route.status ?? 200, headers });
    }
    const kept = this.kept.keep(request.url, { footing, version, text, type: JSON_TYPE });
    return this.#answer(request, kept);
  }

  /** What the answer of a route rests on; undefined where nothing is kept. */
  #footingOf(
    { fresh }: AnyRoute,
    { id }: Readonly<Record<string, unknown>>,
  ): Footing | undefined {
    const { changes, clock } = this.#options.context;
    switch (fresh) {
      case "never":
        return undefined;
      case "run":
        return { name: "run", version: () => "run" };
      case "second":
        return {
          name: "second",
          version: () => `s${Math.floor(clock.monotonic() / 1_000)}.${this.#requests}`,
        };
      case "bar":
        return { name: `bars of ${id}`, version: () => `i${changes.of(`${id}`)}` };
      case "minute":
        return { name: "minutes", version: () => `a${changes.all}` };
    }
  }

  #answer(
    request: Request,
    { text, type, tag, version }: KeptAnswer,
  ): Response {
    const { market, speed } = this.#options.context;
    const isOfMinute = version.startsWith("i") || version.startsWith("a");
    const age = isOfMinute ? minuteAge(market, speed) : version === "run" ? 3_600 : 1;
    const headers: Record<string, string> = {
      "content-type": type,
      etag: tag,
      "cache-control": `max-age=${age}`,
      "x-content-type-options": "nosniff",
    };
    const known = request.headers.get("if-none-match");
    if (known !== null && matches(known, tag)) return new Response(null, { status: 304, headers });
    if (request.method !== "HEAD") return new Response(text.read(), { headers });
    headers["content-length"] = `${new TextEncoder().encode(text.read()).length}`;
    return new Response(null, { headers });
  }

  /** A path without a route, or one that has other methods: `OPTIONS` asks which. */
  #lost(request: Request): ApiProblem | Response {
    const { pathname } = new URL(request.url);
    const methods = this.#options.routes
      .filter(({ path }) => patternOf(`${BASE_PATH}${path}`).test(pathname))
      .flatMap(({ method }) => method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]);
    if (methods.length > 0) return otherMethod(request, methods);
    return new ApiProblem(404, {
      detail: `There is nothing at this address; ${BASE_PATH}/openapi.json lists what there is.`,
      errors: [{ pointer: "/path", rule: "must be a route", value: pathname.slice(0, 200) }],
    });
  }

  /** What went wrong, as an answer; defects are logged. */
  failure(error: unknown): Response {
    if (error instanceof ApiProblem) return error.response();
    const { log } = this.#options.context;
    log.error(`A request failed: ${redact(error instanceof Error ? error.message : `${error}`)}`);
    return new ApiProblem(500, { detail: "This is a defect of the server; its log says more." })
      .response();
  }
}

const NOTHING = z.strictObject({});

function matches(header: string, tag: string): boolean {
  return header.split(",").some((one) => {
    const given = one.trim().replace(/^W\//, "");
    return given === tag || given === "*";
  });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

/** Refusals that every route may answer with. */
const COMMON_PROBLEMS = [400, 401, 403, 421, 429, 500] as const;

function documentOf(route: AnyRoute) {
  const { method, summary, params, query, body, answer, types = [], status = 200 } = route;
  const problems: number[] = [...COMMON_PROBLEMS, ...route.problems ?? []];
  if (params !== undefined) problems.push(404);
  if (body !== undefined) problems.push(408, 413, 415);
  const refusal = { description: "A refusal", content: { [PROBLEM_TYPE]: { schema: PROBLEM } } };
  const contents = {
    ...(answer === undefined ? {} : { [JSON_TYPE]: { schema: answer } }),
    ...Object.fromEntries(types.map((type) => [type, { schema: z.string() }])),
  };
  return {
    method,
    summary,
    security: method === "get" ? [{}, { token: [] }] : [{ token: [] }],
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : {
        body: {
          required: true,
          content: Object.fromEntries(
            mediaTypesOf(body).map((type) => [
              type,
              { schema: type === JSON_TYPE ? body.schema : z.string().min(1) },
            ]),
          ),
        },
      }),
    },
    responses: {
      [status]: {
        description: summary,
        ...(Object.keys(contents).length === 0 ? {} : { content: contents }),
      },
      ...Object.fromEntries(problems.map((one) => [one, refusal])),
    },
  };
}
