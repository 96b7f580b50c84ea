import type { Command } from 'commander';
import { type ApiClient, createApiClient } from './client/api-client.ts';
import { apiSettings } from './client/settings.ts';
import { Output } from './output/output.ts';
import type { Terminal } from './terminal.ts';

/** What every command that talks to the API has to work with. */
export interface Session {
  readonly api: ApiClient;
  readonly output: Output;
  readonly terminal: Terminal;
}

/** The options that `withApi`, `withJson` and `withCsv` add. */
export interface CommonOptions {
  url?: string;
  json?: boolean;
  csv?: boolean;
}

/** @throws {CliError} when the settings cannot be used */
export function openSession(terminal: Terminal, options: CommonOptions): Session {
  return {
    api: createApiClient(apiSettings(options.url, terminal.environment)),
    output: openOutput(terminal, options),
    terminal,
  };
}

export function openOutput(terminal: Terminal, { json, csv }: CommonOptions): Output {
  return new Output(terminal.stdout, json ? 'json' : csv ? 'csv' : 'human');
}

export function withApi(command: Command): Command {
  return command.option('--url <address>', 'the API, instead of CMDB_URL');
}

export function withJson(command: Command): Command {
  return command.option('--json', "the API's answer as JSON");
}

/** For commands whose answer is one table. */
export function withCsv(command: Command): Command {
  const json = command.createOption('--json', "the API's answer as JSON").conflicts('csv');
  return command.addOption(json).option('--csv', 'the table as CSV, with every column');
}
