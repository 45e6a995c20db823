/**
 * Loaded before the tests. Properties draw the same cases in every run, so that a red run can be repeated and
 * a green one says the same everywhere; `PROPERTY_SEED=42 deno task test` draws others. No test reads the user's
 * configuration.
 */
import fc from "fast-check";

// A configuration in this checkout, which may say `source: live`, reaches no test and no process that a test starts.
Deno.env.set("COMOVE_CONFIG_FILE", "");

const DEFAULT_SEED = 20_251_203;

fc.configureGlobal({ seed: Number(Deno.env.get("PROPERTY_SEED") ?? DEFAULT_SEED) });
