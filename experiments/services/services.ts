import type { CliServices } from '../../src/cli/services.ts';
import { bidlabVersion } from '../../src/store/manifest.ts';
import { benchService } from './bench.ts';
import { collectService } from './collect.ts';
import { generateService, importService } from './data.ts';
import { doctorService } from './doctor.ts';
import { evaluateService } from './evaluate.ts';
import { explainService } from './explain.ts';
import { exportService } from './export.ts';
import { listService } from './list.ts';
import { reportService } from './report.ts';
import { runService } from './run.ts';
import { trainService } from './train.ts';
import { trainProbeService } from './train-probe-outcome.ts';

/** Everything that the command line can do, composed from every registry. */
export const services: CliServices = {
  version: bidlabVersion(),
  run: runService,
  train: trainService,
  collect: collectService,
  evaluate: evaluateService,
  report: reportService,
  list: listService,
  importLog: importService,
  generate: generateService,
  bench: benchService,
  doctor: doctorService,
  trainProbe: trainProbeService,
  exportRun: exportService,
  explain: explainService,
};
