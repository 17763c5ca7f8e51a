import type { BaselineContext } from '../agents/baselines/baseline.ts';
import { SimError } from '../src/core/errors.ts';
import type { Policy } from '../src/core/policy.ts';
import { moduleFailure, watchedPolicy } from './watched-policy.ts';

/** What a user's module exports: makes a policy for flights of one budget. */
export type CreatePolicy = (context: BaselineContext, options: unknown) => Policy;

/**
 * Loads a user's own policy.
 *
 * @param url File URL of an ES module that exports `createPolicy(context, options)`.
 * @throws SimError `FILE_INVALID` when it cannot be loaded or lacks the export; the function it returns throws the same when
 * the user's fails or returns no policy. The policies it makes name module and step when they fail, see {@link watchedPolicy}.
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
  return checkedCreate(url, module.createPolicy as CreatePolicy);
}

/** Says whose fault it is when a user's `createPolicy` throws or returns something else than a policy. */
function checkedCreate(url: string, create: CreatePolicy): CreatePolicy {
  return (context, options) => {
    let policy: Policy;
    try {
      policy = create(context, options);
    } catch (cause) {
      throw moduleFailure(url, 'createPolicy', cause);
    }
    const missing = missingMethod(policy as unknown as Record<string, unknown> | null);
    if (missing === null) return watchedPolicy(url, policy);
    throw new SimError('FILE_INVALID', `${url}: createPolicy: expected a policy with ${missing}, received none`);
  };
}

/** What an object lacks to be a policy, or null. */
function missingMethod(policy: Record<string, unknown> | null): string | null {
  const kind = policy?.['kind'];
  if (kind !== 'multiplier' && kind !== 'bid') return "kind 'multiplier' or 'bid'";
  const methods = kind === 'multiplier' ? ['reset', 'decide'] : ['reset', 'beginStep', 'bid'];
  const missing = methods.find((method) => typeof policy![method] !== 'function');
  return missing === undefined ? null : `a method ${missing}`;
}
