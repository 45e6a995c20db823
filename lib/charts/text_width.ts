/** Widths in em of the characters of a usual sans-serif, by kind; taken wide rather than narrow. */
const KINDS: readonly (readonly [RegExp, number])[] = [
  [/[ .,:;'|!iljI()[\]]/, 0.3],
  [/[frt/\-−]/, 0.4],
  [/[mwMW@%]/, 0.9],
  [/[A-Z]/, 0.7],
  [/[\u0020-\u024f–]/, 0.58],
];

/** About how wide a line of text will be, CSS px: pictures are drawn where no font can be measured. */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const sign of text) em += KINDS.find(([kind]) => kind.test(sign))?.[1] ?? 1;
  return em * fontSize;
}

/** The text, cut with an ellipsis where it would be wider than `width` px. */
export function fitText(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const signs = [...text];
  while (signs.length > 1 && textWidth(`${signs.join("")}…`, fontSize) > width) signs.pop();
  return `${signs.join("").trimEnd()}…`;
}
