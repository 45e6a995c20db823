/** `1 bar`, `12,345 bars`; irregular plurals are given. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(n)} ${n === 1 ? noun : plural}`;
}

/** `12,345`. A small count has no groups, and needs none of the time that a locale takes. */
export function grouped(n: number): string {
  const isSmall = Number.isInteger(n) && n >= 0 && n < 1_000;
  return isSmall && !Object.is(n, -0) ? String(n) : n.toLocaleString("en-US");
}
