import { counted } from "../model/counted.ts";
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

/** `640 bytes`, `12 kB`, `3.4 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return counted(Math.round(bytes), "byte");
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
