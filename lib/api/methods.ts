import { ApiProblem } from "./problem.ts";

/** True for a request that only reads. */
export function isReading({ method }: Pick<Request, "method">): boolean {
  return method === "GET" || method === "HEAD";
}

/** True for one that can change something: all but those that read, or ask which methods there are. */
export function canChange(request: Pick<Request, "method">): boolean {
  return !isReading(request) && request.method !== "OPTIONS";
}

/** The answer to a method that an address does not have: what it has instead, which `OPTIONS` asks for. */
export function otherMethod(
  { method }: Pick<Request, "method">,
  methods: readonly string[],
): Response {
  const allow = [...methods, "OPTIONS"].join(", ");
  if (method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { allow, "cache-control": "no-store" } });
  }
  return new ApiProblem(405, {
    detail: `${method} is not a method here; there is ${allow}.`,
    headers: { allow },
  }).response();
}
