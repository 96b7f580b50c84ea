import { randomUUID } from 'node:crypto';
import { noteAttempt, noteOutcome } from './audit.ts';
import type { Db } from './database.ts';
import { createToken, type NewToken, type Token } from './tokens.ts';

/**
 * Makes a token straight in the store, for whoever can reach it and has no token yet; the audit
 * log has it, too.
 *
 * @param user the person's name on the machine
 * @throws {TokenNameTakenError}
 */
export async function bootstrapToken(
  db: Db,
  user: string,
  token: Omit<NewToken, 'created_by'>,
): Promise<{ token: Token; secret: string }> {
  return db.transaction().execute(async (trx) => {
    const auditId = await noteAttempt(trx, {
      request_id: randomUUID(),
      principal_kind: 'cli',
      principal_id: user,
      principal_name: user,
      role: 'admin',
      method: 'POST',
      operation: '/tokens',
      path: '/tokens',
      address: null,
    });
    const made = await createToken(trx, { ...token, created_by: `cli:${user}` });
    await noteOutcome(trx, auditId, 201);
    return made;
  });
}
