export { ReportFault, type ReportFaultCode } from "./fault.ts";
export { figureSheet, describeFigure, type FigureContext } from "./figure/figure.ts";
export { checkOutFolder } from "./folder/replace.ts";
export { NARROW, WIDE, type Layout, type Sheet } from "./figure/sheet.ts";
export { describeChange, diffReports, type ReportChange } from "./diff/diff.ts";
export { maxReportOctets, readReport } from "./json/read.ts";
export { reportPage } from "./page/page.ts";
export { tableCsv } from "./table/csv.ts";
export { figureSvg, writeReport, type WriteOptions, type WrittenFile } from "./write.ts";
