import type { StoreReader } from "../store/store.ts";
import type { ApiContext } from "./api_context.ts";
import { ApiProblem } from "./problem.ts";

/**
 * What is stored.
 *
 * @param why what needs it, a sentence without its full stop.
 * @throws {ApiProblem} 409 where nothing is stored.
 */
export async function storedReader(
  { store }: Pick<ApiContext, "store">,
  why: string,
): Promise<StoreReader> {
  const reader = await store?.reader();
  if (reader !== undefined) return reader;
  const what = store === undefined
    ? "this server keeps bars in memory: set store.kind: sqlite"
    : "nothing is stored yet: ask again in a minute";
  throw new ApiProblem(409, { detail: `${why}, and ${what}.` });
}
