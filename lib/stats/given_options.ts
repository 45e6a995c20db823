/**
 * The options of a call, or none when the argument was left out, so that the check of the first one that is
 * missing names it ("window must be …, got undefined") where taking apart `undefined` would name nothing.
 */
export function givenOptions<Options extends object>(options: Options): Partial<Options> {
  return (options as Options | undefined) ?? {};
}
