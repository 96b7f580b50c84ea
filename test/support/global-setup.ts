import { randomBytes } from 'node:crypto';

/** Names this run in the databases it makes. Jest's workers inherit it. */
export default function globalSetup(): void {
  process.env.CMDB_TEST_RUN = randomBytes(4).toString('hex');
}
