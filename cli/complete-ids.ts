import type { RootCommand } from '@bomb.sh/tab';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { type ApiClient, createApiClient } from './client/api-client.ts';
import { apiSettings } from './client/settings.ts';
import { printable } from './output/printable.ts';
import type { Terminal } from './terminal.ts';

/** Whoever presses Tab does not wait any longer. */
const PATIENCE_MS = 1_500;
const MOST = 100;

/** A word that fits, and what the shell shows beside it. */
type Offer = readonly [value: string, description: string];

type Ask = (api: ApiClient, signal: AbortSignal) => Promise<Offer[]>;

/** What the first argument of a command can be, by the words of the command. */
const OFFERS: ReadonlyMap<string, Ask> = new Map([
  ...['show', 'cancel', 'pause', 'resume'].map((verb) => [`runs ${verb}`, askRuns] as const),
  ...['show', 'pause', 'resume', 'trigger', 'delete'].map(
    (verb) => [`schedules ${verb}`, askSchedules] as const,
  ),
  ['tokens revoke', askTokens],
  ['coverage approve', askHeld],
]);

/**
 * Has the shell offer ids that the API knows. They are asked for only when that argument is being
 * typed.
 */
export function completeIds(program: Command, completion: RootCommand, terminal: Terminal): void {
  program.hook('preAction', async (_, called) => {
    if (called.name() !== 'complete') return;
    const [group = '', verb = '', ...rest] = called.args;
    const ask = OFFERS.get(`${group} ${verb}`);
    const command = completion.commands.get(`${group} ${verb}`);
    const [argument] = command?.arguments.values() ?? [];
    if (!ask || !command || !argument || rest.length !== 1) return;
    const offers = await offersOf(ask, terminal);
    command.argument(argument.name, (offer) => {
      for (const [value, description] of offers) {
        // A shell takes a word apart at spaces, and shows the rest as it is.
        if (!/\s/.test(value) && printable(value) === value) offer(value, printable(description));
      }
    });
  });
}

/** None where the API does not answer in time, or does not let the caller ask: Tab is no place to say so. */
async function offersOf(ask: Ask, { environment }: Terminal): Promise<Offer[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await ask(createApiClient(apiSettings(undefined, environment)), signal);
  } catch (error) {
    if (error instanceof CliError || signal.aborted) return [];
    throw error;
  }
}

async function askRuns(api: ApiClient, signal: AbortSignal): Promise<Offer[]> {
  const { items } = await api.call('GET /discoveries', { query: { limit: MOST }, signal });
  return items.map(({ run_id, status, started_at }) => [run_id, `${status}, ${started_at}`]);
}

async function askSchedules(api: ApiClient, signal: AbortSignal): Promise<Offer[]> {
  const { items } = await api.call('GET /schedules', { signal });
  return items.map(({ schedule_id, cron, state }) => [schedule_id, `${cron}, ${state}`]);
}

async function askTokens(api: ApiClient, signal: AbortSignal): Promise<Offer[]> {
  const { items } = await api.call('GET /tokens', { query: { limit: MOST }, signal });
  return items
    .filter(({ revoked_at }) => revoked_at === null)
    .map(({ name, role, created_by }) => [name, `${role}, by ${created_by}`]);
}

async function askHeld(api: ApiClient, signal: AbortSignal): Promise<Offer[]> {
  const query = { held: 'true' as const, limit: MOST };
  const { items } = await api.call('GET /coverage', { query, signal });
  return items.map(({ slice_id, account, region, resource_type }) => [
    slice_id,
    `${account} ${region} ${resource_type}`,
  ]);
}
