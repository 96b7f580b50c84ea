import type { CiStatus } from '../../model/enums.ts';

/** How a gateway hangs on a VPC. */
export interface GatewayAttachment {
  VpcId: string | null;
  State: string | null;
}

/**
 * Every state of EC2's `AttachmentStatus`; an internet gateway that is attached says `available`,
 * which the enumeration does not have.
 */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  attaching: 'planned',
  attached: 'active',
  available: 'active',
  detaching: 'under_maintenance',
  detached: 'inactive',
};

/** The status of a gateway: one that hangs on no VPC does nothing. */
export function attachmentStatus(attachments: readonly GatewayAttachment[]): CiStatus {
  const statuses = attachments.map(({ State }) => STATUSES[State ?? ''] ?? 'active');
  return statuses.find((status) => status === 'active') ?? statuses[0] ?? 'inactive';
}

/** The VPCs that it hangs on, sorted; one that it left is no longer its own. */
export function attachedVpcs(attachments: readonly GatewayAttachment[]): string[] {
  return attachments
    .flatMap(({ VpcId, State }) => (VpcId && State !== 'detached' ? [VpcId] : []))
    .sort();
}
