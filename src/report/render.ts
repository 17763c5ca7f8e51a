import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { SimError } from '../core/errors.ts';

/**
 * Draws a specification as an SVG document.
 *
 * @throws SimError `CONFIG_INVALID` when Vega-Lite warns about the specification or cannot compile it.
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(compileSpec(spec)), { renderer: 'none' });
  try {
    // Vega numbers clip paths across charts; from 0 again, equal charts are equal bytes.
    vega.resetSVGDefIds();
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Vega-Lite to Vega; a warning is an error, since it means that the chart does not show what was asked for. */
export function compileSpec(spec: TopLevelSpec): vega.Spec {
  const messages: string[] = [];
  const note = (...args: readonly unknown[]) => {
    messages.push(args.join(' '));
    return logger;
  };
  const logger = { level: () => logger, warn: note, error: note, info: () => logger, debug: () => logger };
  const compiled = compileOrThrow(spec, logger as unknown as vega.LoggerInterface);
  if (messages.length > 0) throw new SimError('CONFIG_INVALID', `chart specification: ${messages.join('; ')}`);
  return compiled;
}

function compileOrThrow(spec: TopLevelSpec, logger: vega.LoggerInterface): vega.Spec {
  try {
    return compile(spec, { logger }).spec;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SimError('CONFIG_INVALID', `chart specification: ${reason}`, { cause });
  }
}

/**
 * Draws an SVG document as PNG at twice its size, by the optional package `@resvg/resvg-js` and the machine's fonts.
 *
 * @throws SimError `OUTPUT_FAILED` when the package is not installed.
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await loadResvg();
  const options = {
    fitTo: { mode: 'zoom', value: 2 },
    font: { loadSystemFonts: true },
    background: '#FFFFFF',
  } as const;
  return new Resvg(svg, options).render().asPng();
}

async function loadResvg() {
  try {
    return await import('@resvg/resvg-js');
  } catch (cause) {
    throw new SimError(
      'OUTPUT_FAILED',
      "PNG charts need the optional package '@resvg/resvg-js', which is not installed; run 'npm install @resvg/resvg-js' or leave out --png.",
      { cause },
    );
  }
}
