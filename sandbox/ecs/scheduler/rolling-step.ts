/** The arithmetic of a rolling update (API_DeploymentConfiguration, minimumHealthyPercent and maximumPercent). */

export interface RollingState {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Tasks that are not being stopped; `healthy` of them count as healthy. */
  readonly target: { readonly active: number; readonly healthy: number };
  readonly source: { readonly active: number; readonly healthy: number };
}

/**
 * How many tasks each side should have now. The minimum is rounded up, the maximum down.
 *
 * desired 4, 100 %/200 %: 4 and 4 at once; source shrinks as target gets healthy.
 * desired 4, 50 %/100 %: source goes to 2, target to 2, then 0 and 4.
 * desired 1, 100 %/150 %: no room and nothing to spare; it stays as it is, as on ECS.
 */
export function rollingStep(state: RollingState): { readonly target: number; readonly source: number } {
  const { desired, target, source } = state;
  const floor = Math.ceil((desired * state.minimumHealthyPercent) / 100);
  const ceiling = Math.floor((desired * state.maximumPercent) / 100);
  const room = Math.max(0, ceiling - source.active);
  const grown = Math.min(desired, Math.max(Math.min(target.active, desired), room));

  const needed = Math.max(0, floor - target.healthy);
  // With room for all of the target, the source gives way only to healthy tasks.
  const spared = ceiling - source.active >= desired ? Math.max(needed, desired - target.healthy) : needed;
  // Unhealthy source tasks do not count towards the minimum and are the first to go.
  return { target: grown, source: Math.max(0, Math.min(source.active, spared)) };
}
