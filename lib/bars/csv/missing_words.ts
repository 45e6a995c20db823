/** Written where there is no number; the last is Databento's price that is not defined. */
const MISSING = /^(?:nan|null|none|nil|n\/?a|#n\/a|#nv|<na>|-{1,2}|\.|9223372036854775807)?$/i;

/** Whether a cell says that there is no value: empty, `NaN`, `null`, `N/A`, `-`. */
export function isMissing(cell: string): boolean {
  return cell.length <= 19 && MISSING.test(cell);
}
