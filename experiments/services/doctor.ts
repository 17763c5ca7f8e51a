import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { DoctorCheck } from '../../src/cli/services.ts';
import { probeBackends } from '../../src/nn/select-backend.ts';
import { gpuFindings } from './gpu-findings.ts';
import { thisMachine } from './this-machine.ts';

const BYTES_PER_GIB = 2 ** 30;

/** `bidlab doctor`: what this machine can do, and what to do where it cannot. */
export async function doctorService(data: string | undefined): Promise<readonly DoctorCheck[]> {
  return [
    nodeCheck(),
    machineCheck(),
    ...gpuFindings(thisMachine()),
    ...(await backendChecks()),
    pngCheck(),
    ...dataChecks(data),
  ];
}

function nodeCheck(): DoctorCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'Node.js',
    ok,
    required: true,
    detail: process.version,
    ...(ok ? {} : { remedy: 'install Node.js 20.19 or newer' }),
  };
}

function machineCheck(): DoctorCheck {
  const detail = `${availableParallelism()} cores, ${(totalmem() / BYTES_PER_GIB).toFixed(0)} GiB of memory, ${process.platform} ${process.arch}`;
  return { name: 'Machine', ok: true, required: false, detail };
}

async function backendChecks(): Promise<DoctorCheck[]> {
  const probes = await probeBackends();
  const anyWorks = probes.some((probe) => probe.available);
  return probes.map(({ backend, available, detail, remedy }) => ({
    name: `Backend ${backend}`,
    ok: available,
    required: !anyWorks,
    detail,
    ...(available ? {} : { remedy }),
  }));
}

function pngCheck(): DoctorCheck {
  try {
    createRequire(import.meta.url).resolve('@resvg/resvg-js');
    return { name: 'PNG charts', ok: true, required: false, detail: '@resvg/resvg-js is installed' };
  } catch {
    return {
      name: 'PNG charts',
      ok: false,
      required: false,
      detail: '@resvg/resvg-js is not installed; reports have SVG and HTML',
      remedy: 'npm install @resvg/resvg-js',
    };
  }
}

function dataChecks(data: string | undefined): DoctorCheck[] {
  if (data === undefined) return [];
  const found = existsSync(data);
  const campaigns = ['1458', '2259', '2261', '2821', '2997', '3358', '3386', '3427', '3476'];
  const withLog = campaigns.filter((id) => existsSync(join(data, id, 'test.theta.txt')));
  const withInfo = campaigns.filter((id) => existsSync(join(data, id, 'info.json')));
  return [
    {
      name: 'Data',
      ok: found,
      required: true,
      detail: found
        ? `${data}: iPinYou statistics of ${withInfo.length} campaigns, test logs of ${withLog.length === 0 ? 'none' : withLog.join(', ')}`
        : `${data} does not exist`,
      ...(found ? {} : { remedy: 'give the folder that holds the campaigns with --data' }),
    },
  ];
}
