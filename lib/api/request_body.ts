import type { z } from "@hono/zod-openapi";
import type { Clock } from "../runtime/clock.ts";
import { ApiProblem } from "./problem.ts";

/** What a route takes as its body. */
export interface RequestBody<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** Makes the value that the schema reads, by media type. @default JSON alone */
  readonly readers?: Readonly<Record<string, (text: string) => unknown>>;
  /** @default 1 MB */
  readonly maxBytes?: number;
}

/** Bytes of a body where a route says nothing else. */
export const USUAL_BODY_BYTES = 1_000_000;
/** A body must be in by then, local ms; longer ones get more time. */
const BODY_MS = 10_000;
const MS_PER_MEGABYTE = 2_000;

/** Media types that a body may have. */
export function mediaTypesOf({ readers }: RequestBody): readonly string[] {
  return ["application/json", ...Object.keys(readers ?? {})];
}

/**
 * The value of a request's body, not checked yet.
 *
 * @throws {ApiProblem} 415 for another media type, 413 for a longer body, 408 for a slow one, 400 for what is no JSON.
 */
export async function readBody(
  request: Request,
  body: RequestBody,
  clock: Clock,
): Promise<unknown> {
  const types = mediaTypesOf(body);
  const given = (request.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (!types.includes(given)) {
    throw new ApiProblem(415, {
      detail: `The body must be of type ${types.join(" or ")}.`,
      errors: [{
        pointer: "/header/content-type",
        rule: `must be ${types.join(" or ")}`,
        value: given,
      }],
      headers: { accept: types.join(", ") },
    });
  }
  const text = await textOf(request, body.maxBytes ?? USUAL_BODY_BYTES, clock);
  const reader = body.readers?.[given];
  if (reader !== undefined) return reader(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiProblem(400, {
      detail: "The body is no JSON.",
      errors: [{ pointer: "/body", rule: "must be JSON", value: text.slice(0, 80) }],
    });
  }
}

async function textOf(request: Request, maxBytes: number, clock: Clock): Promise<string> {
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes, announced);
  const reader = request.body?.getReader();
  if (reader === undefined) return "";
  let isLate = false;
  const timer = clock.setTimer(() => {
    isLate = true;
    reader.cancel().catch(() => {});
  }, BODY_MS + MS_PER_MEGABYTE * maxBytes / 1_000_000);
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (isLate) throw tooSlow();
      if (done) break;
      bytes += value.length;
      if (bytes > maxBytes) {
        reader.cancel().catch(() => {});
        throw tooLarge(maxBytes, bytes);
      }
      pieces.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    timer.cancel();
  }
  pieces.push(decoder.decode());
  return pieces.join("");
}

function tooLarge(maxBytes: number, bytes: number): ApiProblem {
  return new ApiProblem(413, {
    detail: `The body may have ${maxBytes} bytes here.`,
    errors: [{ pointer: "/body", rule: `must be at most ${maxBytes} bytes`, value: bytes }],
    headers: { connection: "close" },
  });
}

function tooSlow(): ApiProblem {
  return new ApiProblem(408, {
    detail: "The body took too long to come in. Send it in one piece.",
    headers: { connection: "close" },
  });
}
