import { userInfo } from 'node:os';
import { Command } from 'commander';
import { validate as isUuid } from 'uuid';
import { type Restriction, ROLES, type Role } from '../../model/access.ts';
import { ciEnvironmentSchema } from '../../model/enums.ts';
import { CliError } from '../cli-error.ts';
import type { AnswerOf } from '../client/routes.ts';
import { choiceOption, listOption, withExamples } from '../options.ts';
import type { Colour, Column } from '../output/column.ts';
import {
  type CommonOptions,
  openOutput,
  openSession,
  withApi,
  withCsv,
  withJson,
} from '../session.ts';
import { note, type Terminal } from '../terminal.ts';
import { parseFuture } from '../time-argument.ts';

type Page = AnswerOf<'GET /tokens'>;
type Token = Page['items'][number];

const PAGE_SIZE = 1_000;
const STATE_COLOURS: Readonly<Record<ReturnType<typeof stateOf>, Colour>> = {
  valid: 'green',
  expired: 'gray',
  revoked: 'gray',
};

const COLUMNS: ReadonlyArray<Column<Token>> = [
  { name: 'name', value: (row) => row.name, gives: true },
  { name: 'role', value: (row) => row.role },
  { name: 'state', value: (row) => stateOf(row), colour: (row) => STATE_COLOURS[stateOf(row)] },
  { name: 'restriction', value: (row) => restrictionText(row), gives: true },
  { name: 'created_by', value: (row) => row.created_by, gives: true },
  { name: 'created_at', value: (row) => row.created_at, csv_only: true },
  { name: 'last_used_at', value: (row) => row.last_used_at },
  { name: 'expires_at', value: (row) => row.expires_at },
  { name: 'revoked_at', value: (row) => row.revoked_at, csv_only: true },
  { name: 'token_id', value: (row) => row.token_id, colour: () => 'dim' },
];

/** `cmdb tokens` */
export function tokensCommand(terminal: Terminal): Command {
  const command = new Command('tokens').description('tokens of the API: who may get in, as what');
  command.addCommand(listCommand(terminal), { isDefault: true });
  command.addCommand(createCommand(terminal));
  command.addCommand(revokeCommand(terminal));
  return command;
}

function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('those that hold, the newest first (the default)')
    .option('--all', 'revoked and expired ones, too')
    .action(async (options: CommonOptions & { all?: boolean }) => {
      const { api, output } = openSession(terminal, options);
      const list = output.openList<Token>(COLUMNS);
      let cursor: string | null = null;
      do {
        const place: { cursor?: string } = cursor === null ? {} : { cursor };
        const page: Page = await api.call('GET /tokens', { query: { limit: PAGE_SIZE, ...place } });
        list.add(page.items.filter((token) => options.all || stateOf(token) === 'valid'));
        cursor = page.next_cursor;
      } while (cursor !== null);
      list.end({});
    });
  return withExamples(
    withApi(withCsv(command)),
    'cmdb tokens',
    'cmdb tokens list --all --csv > tokens.csv',
  );
}

interface CreateOptions extends CommonOptions {
  role: Role;
  expires?: string;
  environment?: string[];
  account?: string[];
  team?: string[];
  database?: boolean;
}

type Created = AnswerOf<'POST /tokens'>;

function createCommand(terminal: Terminal): Command {
  const command = new Command('create')
    .description('make a token; its secret is shown once, and stored nowhere')
    .argument('<name>', 'who or what it is for')
    .addOption(choiceOption('--role <role>', 'what it may do', ROLES).default('reader'))
    .option('--expires <time>', 'when it ends: 90d, or 2027-01-01; never by default', parseFuture)
    .addOption(listOption('--environment <name>', 'it sees items of these environments alone'))
    .addOption(listOption('--account <id>', 'it sees items of these accounts alone'))
    .addOption(listOption('--team <name>', 'it sees items of these teams alone'))
    .option('--database', 'write it into DATABASE_URL itself: the first one, before the API starts')
    .action(async (name: string, options: CreateOptions) => {
      const output = openOutput(terminal, options);
      const created = await create(terminal, name, options);
      if (output.format === 'json') return output.json(created);
      output.line(created.secret);
      note(terminal, `It is shown this once. Its owner sets CMDB_TOKEN, or has it in a file.`);
      note(terminal, `To end it: cmdb tokens revoke ${created.token_id}`);
    });
  return withExamples(
    withApi(withJson(command)),
    'cmdb tokens create grafana --expires 90d',
    'cmdb tokens create payments --role operator --team payments --environment production',
    '(umask 077; cmdb tokens create me --role admin --database > ~/.config/cmdb/token)',
  );
}

async function create(terminal: Terminal, name: string, options: CreateOptions): Promise<Created> {
  const { role, expires: expires_at = null } = options;
  const restriction = restrictionOf(options);
  if (options.database) return inDatabase(terminal, { name, role, restriction, expires_at });
  const { api } = openSession(terminal, options);
  return api.call('POST /tokens', { body: { name, role, restriction, expires_at } });
}

/** Whoever can write the store can make a token there; the audit log has it all the same. */
async function inDatabase(
  terminal: Terminal,
  token: Pick<Created, 'name' | 'role' | 'restriction' | 'expires_at'>,
): Promise<Created> {
  const { databaseUrl, explainFailure } = await import('../backup/failures.ts');
  const { createDatabase } = await import('../../db/postgres/database.ts');
  const { bootstrapToken } = await import('../../db/postgres/bootstrap-token.ts');
  const { TokenNameTakenError } = await import('../../db/postgres/tokens.ts');
  const db = createDatabase({ url: databaseUrl(terminal), application_name: 'cmdb tokens' });
  try {
    const expires = token.expires_at === null ? null : new Date(token.expires_at);
    const made = await bootstrapToken(db, userInfo().username, { ...token, expires_at: expires });
    return {
      ...made.token,
      created_at: made.token.created_at.toISOString(),
      expires_at: token.expires_at,
      revoked_at: null,
      last_used_at: null,
      secret: made.secret,
    };
  } catch (error) {
    if (error instanceof TokenNameTakenError) {
      const nextStep = 'Give another name, or revoke it: cmdb tokens.';
      throw new CliError('conflict', error.message, nextStep, { cause: error });
    }
    if (!isWithoutTables(error)) throw explainFailure(error);
    const message = 'The database has no tables yet.';
    throw new CliError('conflict', message, 'Run the migrations: node db/migrate.ts.', {
      cause: error,
    });
  } finally {
    await db.destroy();
  }
}

/** `undefined_table` of PostgreSQL. */
function isWithoutTables(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}

/** @throws {CliError} when an environment is not one */
function restrictionOf({ environment, account, team }: CreateOptions): Restriction | null {
  if (!environment && !account && !team) return null;
  const environments = ciEnvironmentSchema.array().safeParse(environment ?? []);
  if (!environments.success) {
    const known = ciEnvironmentSchema.options.join(', ');
    throw new CliError('usage', 'There is no such environment.', `There are: ${known}.`);
  }
  return {
    ...(environment ? { environments: environments.data } : {}),
    ...(account ? { accounts: account } : {}),
    ...(team ? { teams: team } : {}),
  };
}

function revokeCommand(terminal: Terminal): Command {
  const command = new Command('revoke')
    .description('refuse a token from now on')
    .argument('<token>', 'its id, or the name of one that holds')
    .action(async (token: string, options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      const token_id = isUuid(token) ? token.toLowerCase() : await idOf(api, token);
      await api.call('DELETE /tokens/{token_id}', { params: { token_id } });
      output.line(`${token} is revoked.`);
    });
  return withExamples(withApi(command), 'cmdb tokens revoke grafana');
}

/** Tokens that are not revoked have names of their own. */
async function idOf(api: ReturnType<typeof openSession>['api'], name: string): Promise<string> {
  let cursor: string | null = null;
  do {
    const place: { cursor?: string } = cursor === null ? {} : { cursor };
    const page: Page = await api.call('GET /tokens', { query: { limit: PAGE_SIZE, ...place } });
    const found = page.items.find((token) => token.name === name && token.revoked_at === null);
    if (found) return found.token_id;
    cursor = page.next_cursor;
  } while (cursor !== null);
  throw new CliError('not_found', `There is no token "${name}".`, 'cmdb tokens lists them.');
}

function stateOf({ revoked_at, expires_at }: Token): 'valid' | 'expired' | 'revoked' {
  if (revoked_at !== null) return 'revoked';
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? 'expired' : 'valid';
}

function restrictionText({ restriction }: Token): string | null {
  if (!restriction) return null;
  return Object.entries(restriction)
    .sort()
    .map(([name, values]) => `${name}: ${values?.join(', ')}`)
    .join('; ');
}
