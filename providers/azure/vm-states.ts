import type { VirtualMachineInstanceView } from '@azure/arm-compute';
import { z } from 'zod';
import type { CiStatus } from '../../model/enums.ts';
import { provisioned } from './arm-resource.ts';
import { listOf, text } from './fields.ts';

/**
 * Every power state of a virtual machine. Source: "States and billing status of Azure Virtual
 * Machines"; hibernation as the SDK of standby pools names it. `unknown` is the state of a machine
 * whose host does not answer.
 */
const POWER_STATES: Readonly<Record<string, CiStatus>> = {
  creating: 'planned',
  starting: 'under_maintenance',
  running: 'active',
  stopping: 'under_maintenance',
  stopped: 'inactive',
  deallocating: 'under_maintenance',
  deallocated: 'inactive',
  hibernating: 'under_maintenance',
  hibernated: 'inactive',
  unknown: 'active',
};

/** What is read of an instance view. */
export const instanceView = z
  .object({
    computerName: text,
    osName: text,
    osVersion: text,
    statuses: listOf(z.object({ code: text })),
  })
  .nullish();
/** As the SDK gives it, before it is parsed. */
export type InstanceView = z.input<typeof instanceView>;
type ReadInstanceView = z.infer<typeof instanceView>;

/** The part of a view that is read; most of it tells of disks and extensions. */
export function keptOf(view: VirtualMachineInstanceView | undefined): InstanceView {
  if (view === undefined) return null;
  const { computerName, osName, osVersion, statuses } = view;
  return { computerName, osName, osVersion, statuses: statuses?.map(({ code }) => ({ code })) };
}

/** `running` of `PowerState/running`; null where the machine's host has not said it. */
export function powerState(view: ReadInstanceView): string | null {
  const prefix = 'PowerState/';
  const code = view?.statuses.find((status) => status.code?.startsWith(prefix))?.code;
  return code?.slice(prefix.length) ?? null;
}

/** What a machine does is told by its power; where that is not known, by its last change. */
export function vmStatus(power: string | null, provisioningState: string | null): CiStatus {
  if (power === null || provisioningState?.toLowerCase() === 'creating') {
    return provisioned(provisioningState);
  }
  return POWER_STATES[power.toLowerCase()] ?? 'active';
}
