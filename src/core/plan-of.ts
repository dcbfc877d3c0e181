import type { RolloutConfig } from './config.ts';
import type { Gate } from './gate.ts';
import { ladder, type Plan } from './plan.ts';

export const DEFAULT_HOLD_MS = 5 * 60_000;
export const DEFAULT_BAKE_MS = 10 * 60_000;

/** The plan from what was asked for, with the shares that the engine can do. `gates`: those of the config unless given. */
export function planOf(
  config: Omit<RolloutConfig, 'service'>,
  shares: readonly number[],
  own: { readonly bakeMs?: number | undefined; readonly holdMs?: number | undefined; readonly gates?: readonly Gate[] },
): Plan {
  return {
    steps: ladder(shares, config.holdMs ?? own.holdMs ?? DEFAULT_HOLD_MS, config.approval),
    bakeMs: config.bakeMs ?? own.bakeMs ?? DEFAULT_BAKE_MS,
    gates: own.gates ?? config.gates,
    timeoutMs: config.timeoutMs,
    onCancel: config.onCancel,
    holdLimitMs: config.holdLimitMs,
    onInconclusive: config.onInconclusive,
    waitForApprovalMs: config.waitForApprovalMs,
    promoteWithinMs: config.promoteWithinMs,
  };
}
