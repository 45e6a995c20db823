/** Text from a file made safe for a message: quoted, shortened, without unprintable characters. */
export function readable(text: string, longest = 40): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\uFFFD");
}
