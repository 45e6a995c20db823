import process from "node:process";

/** The environment as it is. */
export const environment = process.env;

/**
 * What the package `ws` reads of the environment while it loads, to choose between itself and native
 * helpers that it does not have here. Without the permission that read throws, and a feed that needs
 * nothing but the network could not be loaded; so for that moment the answers are given.
 */
const ASKED = ["WS_NO_BUFFER_UTIL", "WS_NO_UTF_8_VALIDATE"];
const isReadable = ASKED.every((variable) =>
  Deno.permissions.querySync({ name: "env", variable }).state === "granted"
);
if (!isReadable) process.env = Object.fromEntries(ASKED.map((variable) => [variable, "1"]));
