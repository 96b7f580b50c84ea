import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Principal, Restriction, Role } from '../../../model/access.ts';

/** Who may ask, and who has written what. */
export interface AccessTables {
  /** Tokens of the API. What is handed out is kept nowhere, only its hash. */
  api_tokens: {
    token_id: Generated<string>;
    /** Unique among those that are not revoked. */
    name: string;
    token_hash: Buffer;
    role: Role;
    restriction: ColumnType<Restriction | null, string | null, string | null>;
    created_at: Generated<Date>;
    /** Who made it, as `kind:name`. */
    created_by: string;
    expires_at: Date | null;
    revoked_at: Date | null;
    /** To the minute: a busy token is not written with every request. */
    last_used_at: Date | null;
  };
  /** Who wrote what; described in `../audit.ts`. */
  audit_log: {
    audit_id: GeneratedAlways<number>;
    at: Generated<Date>;
    request_id: string;
    principal_kind: Principal['kind'] | 'cli';
    principal_id: string;
    principal_name: string;
    role: Role;
    method: string;
    operation: string;
    path: string;
    address: string | null;
    /** The HTTP status; null while the request runs, and where its end was lost. */
    status: number | null;
  };
}
