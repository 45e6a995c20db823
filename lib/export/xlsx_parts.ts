import { visible } from "../model/visible.ts";

const XML = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n`;
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** Styles of cells: their places in {@link STYLES}. */
export const CELL_STYLE = { plain: 0, second: 1, millisecond: 2, head: 3 } as const;

/** Readers of Excel's files refuse one without fonts, fills and borders. */
export const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="2">` +
  `<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>` +
  `<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts>` +
  `<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
  `<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
  `<fills count="2"><fill><patternFill patternType="none"/></fill>` +
  `<fill><patternFill patternType="gray125"/></fill></fills>` +
  `<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
  `<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
  `<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
  `<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
  `<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
  `<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>` +
  `</styleSheet>`;

/** What leads to the workbook. */
export const RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
  `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>` +
  `</Relationships>`;

/** What each part of the file is. */
export function contentTypes(sheets: number): string {
  const parts = numbers(sheets).map((number) =>
    `<Override PartName="/${sheetPath(number)}" ContentType="${TYPES}.worksheet+xml"/>`
  );
  return `${XML}<Types xmlns="${PACKAGE}/content-types">` +
    `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/>` +
    `<Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>` +
    `${parts.join("")}</Types>`;
}

/** The sheets by name: `data`, `data 2`, … */
export function workbook(sheets: number): string {
  const entries = numbers(sheets).map((number) =>
    `<sheet name="data${
      number === 1 ? "" : ` ${number}`
    }" sheetId="${number}" r:id="rId${number}"/>`
  );
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${
    entries.join("")
  }</sheets></workbook>`;
}

/** What leads from the workbook to its sheets and styles. */
export function workbookRelations(sheets: number): string {
  const entries = numbers(sheets).map((number) =>
    `<Relationship Id="rId${number}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${number}.xml"/>`
  );
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${entries.join("")}` +
    `<Relationship Id="rId${sheets + 1}" Type="${OFFICE}/styles" Target="styles.xml"/>` +
    `</Relationships>`;
}

/** Path of a sheet in the file. @param number from 1. */
export function sheetPath(number: number): string {
  return `xl/worksheets/sheet${number}.xml`;
}

/** A sheet up to its first row, which stays in sight. @param widths of its columns, in characters. */
export function sheetHead(widths: readonly number[]): string {
  const columns = widths.map((width, at) =>
    `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`
  );
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
    `<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>` +
    `</sheetView></sheetViews><cols>${columns.join("")}</cols><sheetData>`;
}

/** The rest of a sheet behind its last row. */
export const SHEET_END = "</sheetData></worksheet>";

/** A text as XML takes it: characters that it forbids are written as JSON writes them. */
export function xmlText(text: string): string {
  return visible(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
