import type { FaultKind, SyntheticCall } from './call.ts';
import type { Faults, FaultTarget } from './options.ts';

/** The fault that a call meets, if any. @param number of the call, from 1 */
export function faultOf(faults: Faults, call: SyntheticCall, number: number): FaultKind | null {
  const isFor = (target: FaultTarget) => matches(target, call);
  if (faults.denied.some(isFor)) return 'denied';
  if (faults.failed.some(isFor)) return 'failed';
  if (call.is_later_page && faults.failed_in_mid_list.some(isFor)) return 'failed';
  if (isEvery(faults.throttle_every, number)) return 'throttled';
  if (isEvery(faults.fail_every, number)) return 'failed';
  return null;
}

function isEvery(every: number, number: number): boolean {
  return every > 0 && number % every === 0;
}

function matches(target: FaultTarget, call: SyntheticCall): boolean {
  if (target.provider !== undefined && target.provider !== call.provider) return false;
  if (target.account !== undefined && target.account !== call.account) return false;
  if (target.region !== undefined && target.region !== call.region) return false;
  const { operation } = target;
  if (operation === undefined) return true;
  if (operation.endsWith('*')) return call.operation.startsWith(operation.slice(0, -1));
  return operation === call.operation;
}
