import type { z } from "@hono/zod-openapi";
import { nearest } from "../model/nearest.ts";
import { ApiProblem, type ProblemError, shownValue } from "./problem.ts";

/** Which part of a request is read. */
export type RequestPart = "path" | "query" | "body";

/** The query of an address. @throws {ApiProblem} 400 for a name that is there twice. */
export function queryOf(address: URL): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of address.searchParams) {
    if (name in query) {
      throw new ApiProblem(400, {
        detail: `The query gives ${name.slice(0, 40)} twice.`,
        errors: [{
          pointer: `/query/${pointerPart(name)}`,
          rule: "must be given once",
          value: shownValue(value),
        }],
      });
    }
    query[name] = value;
  }
  return query;
}

/** A part of a request by its schema. @throws {ApiProblem} 400, each fault with pointer, rule and value. */
export function readPart<Schema extends z.ZodType>(
  part: RequestPart,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => errorsOf(part, issue, value, schema));
  const [first] = errors;
  throw new ApiProblem(400, {
    detail: first === undefined
      ? `The ${part} cannot be read.`
      : `${first.pointer.slice(1)} ${first.rule}.`,
    errors,
  });
}

function errorsOf(
  part: RequestPart,
  issue: z.core.$ZodIssue,
  value: unknown,
  schema: z.ZodType,
): ProblemError[] {
  const names = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
      return {
        pointer: pointerOf(part, [...names, key]),
        rule: `must be one of ${known.join(", ") || "no names"}${advice}`,
        value: shownValue(valueAt(value, [...names, key])),
      };
    });
  }
  const found = valueAt(value, names);
  const rule = found === undefined && names.length > 0 ? "must be given" : issue.message;
  return [{ pointer: pointerOf(part, names), rule, value: shownValue(found) }];
}

function knownKeys(schema: z.ZodType): string[] {
  const { shape } = schema as { readonly shape?: object };
  return Object.keys(shape ?? {});
}

function valueAt(value: unknown, names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function pointerOf(part: RequestPart, names: readonly string[]): string {
  return ["", part, ...names.map(pointerPart)].join("/");
}

function pointerPart(name: string): string {
  return name.slice(0, 80).replaceAll("~", "~0").replaceAll("/", "~1");
}
