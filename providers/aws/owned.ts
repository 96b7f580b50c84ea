/**
 * Keeps what the account owns. Subnets and VPCs that another account shares are listed in every
 * account that may use them; kept in each, their key would have several owners and resolve to none.
 */
export function ownedBy<Entry extends { OwnerId?: string | undefined }>(
  account: string,
  entries: readonly Entry[] | undefined,
): Entry[] {
  return (entries ?? []).filter(({ OwnerId }) => OwnerId === undefined || OwnerId === account);
}
