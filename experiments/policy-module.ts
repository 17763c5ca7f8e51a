import type { BaselineContext } from '../agents/baselines/baseline.ts';
import { SimError } from '../src/core/errors.ts';
import type { Policy } from '../src/core/policy.ts';

/** What a user's module exports: makes a policy for flights of one budget. */
export type CreatePolicy = (context: BaselineContext, options: unknown) => Policy;

/**
 * Loads a user's own policy.
 *
 * @param url File URL of an ES module that exports `createPolicy(context, options)`.
 * @throws SimError `FILE_INVALID` when it cannot be loaded or lacks the export.
 */
export async function loadPolicyModule(url: string): Promise<CreatePolicy> {
  let module: { createPolicy?: unknown };
  try {
    module = (await import(url)) as { createPolicy?: unknown };
  } catch (cause) {
    throw new SimError('FILE_INVALID', `${url}: cannot be loaded: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  if (typeof module.createPolicy !== 'function') {
    throw new SimError('FILE_INVALID', `${url}: expected an export named createPolicy(context, options), found none`);
  }
  return module.createPolicy as CreatePolicy;
}
