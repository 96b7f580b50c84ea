import { ciId } from './identity.ts';

/**
 * The account of all that is declared. The files and the API are its regions, and no part of an
 * item's identity: an entry that moves to another file is the same item.
 */
export const DECLARED_ACCOUNT = 'declared';

/** Where declarations of the API stand; a catalogue's files end in `.yaml` or `.yml`. */
export const API_REGION = 'api';

export const DECLARED_RESOURCE_TYPE = 'declared_item';

/** The id of the item that is declared under this name. */
export function declaredCiId(declaredId: string): string {
  return ciId({
    provider: 'declared',
    account: DECLARED_ACCOUNT,
    resource_type: DECLARED_RESOURCE_TYPE,
    native_id: declaredId,
  });
}
