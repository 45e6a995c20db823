import { HOUR, MINUTE, SECOND } from "../model/time.ts";

/** `under 1 s`, `42 s`, `3 min 5 s`, `2 h 10 min`: never more than has passed. */
export function durationText(ms: number): string {
  if (ms < SECOND) return "under 1 s";
  const seconds = Math.floor(ms / SECOND);
  if (ms < MINUTE) return `${seconds} s`;
  if (ms < HOUR) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.floor(ms / MINUTE);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
