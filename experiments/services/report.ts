import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliIo, Outcome, ReportRequest } from '../../src/cli/services.ts';
import { atomicWriteFileSync } from '../../src/core/atomic-write.ts';
import { SimError } from '../../src/core/errors.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import type { StudyReport } from '../../src/report/study-report.ts';
import { type WrittenReport, writeReport, writeStudyReport } from '../../src/report/write-report.ts';

const DATA_FILE = 'report-data.json';

/** Writes a report and what it can be drawn from again. */
export async function storeReport(
  data: ReportData | StudyReport,
  folder: string,
  png: boolean,
): Promise<WrittenReport> {
  const written = await drawReport(data, folder, png);
  atomicWriteFileSync(join(folder, DATA_FILE), `${JSON.stringify(data)}\n`);
  return written;
}

function drawReport(data: ReportData | StudyReport, folder: string, png: boolean): Promise<WrittenReport> {
  return 'measures' in data ? writeStudyReport(data, folder, { png }) : writeReport(data, folder, { png });
}

/** `bidlab report`: draws the report of a finished experiment again, from what was kept of it. */
export async function reportService({ dir, png }: ReportRequest, io: CliIo): Promise<Outcome> {
  const path = join(dir, DATA_FILE);
  if (!existsSync(path)) {
    throw new SimError(
      'FILE_NOT_FOUND',
      `${path} does not exist; give the results folder of a finished experiment, or finish it with 'bidlab run', which draws the report`,
    );
  }
  io.progress({ task: 'report', label: 'drawing', done: 0, total: null });
  const data = readReportData(path);
  const { files } = await drawReport(data, dir, png);
  const paths = ['report.html', ...files.filter((file) => file !== 'report.html')].map((file) => join(dir, file));
  return {
    summary: [data.verdict.headline, ...data.verdict.details],
    files: paths,
    warnings: [...data.warnings, ...data.verdict.caveats],
    json: { experiment: data.experiment, verdict: data.verdict, files: paths },
  };
}

function readReportData(path: string): ReportData | StudyReport {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ReportData | StudyReport;
  } catch (cause) {
    throw new SimError('FILE_INVALID', `${path}: expected JSON; write it again with 'bidlab run'`, { cause });
  }
}
