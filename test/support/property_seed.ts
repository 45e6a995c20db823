/**
 * Loaded before the tests. Properties draw the same cases in every run, so that a red run can be repeated and
 * a green one says the same everywhere; `PROPERTY_SEED=42 deno task test` draws others.
 */
import fc from "fast-check";

const DEFAULT_SEED = 20_251_203;

fc.configureGlobal({ seed: Number(Deno.env.get("PROPERTY_SEED") ?? DEFAULT_SEED) });
