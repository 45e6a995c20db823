/**
 * What takes so long on a machine that is quiet, on this one as it is now: as many times longer as more wait for a
 * processor than there are. Never less.
 */
export function quietMs(ms: number): number {
  const [waiting = 0] = Deno.loadavg();
  return ms * Math.max(1, waiting / navigator.hardwareConcurrency);
}
