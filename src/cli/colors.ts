import picocolors from 'picocolors';
import type { CliHost } from './host.ts';

/** Functions that colour text, or leave it as it is. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours for a stream: on a terminal unless NO_COLOR is set, elsewhere only if FORCE_COLOR is. */
export function colorsFor(env: CliHost['env'], isTty: boolean): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return picocolors.createColors(false);
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  return picocolors.createColors(isForced || (isTty && TERM !== 'dumb'));
}
