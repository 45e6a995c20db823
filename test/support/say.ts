/** Prints a measured figure, or why a test was skipped, among the test output. */
export function say(text: string): void {
  // deno-lint-ignore no-console -- a figure nobody sees was measured for nothing
  console.info(text);
}
