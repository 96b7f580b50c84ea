import { Command } from 'commander';
import { checkApi } from '../doctor/check-api.ts';
import { FINDING_COLUMNS, type Finding } from '../doctor/finding.ts';
import { withExamples } from '../options.ts';
import type { Output } from '../output/output.ts';
import { type CommonOptions, openSession, withApi, withCsv } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

/** `cmdb doctor` */
export function doctorCommand(terminal: Terminal): Command {
  const command = new Command('doctor')
    .description('check every component and the credentials of every provider, and say what to fix')
    .addHelpText(
      'after',
      '\nStores, Temporal and providers are asked from here where the environment says where they\n' +
        'are: run it where the worker runs, with the same environment. Elsewhere it tells what the\n' +
        'API and the last discovery saw.',
    )
    .action(async (options: CommonOptions) => {
      const { api, output } = openSession(terminal, options);
      if (output.format === 'human' && terminal.stderr.isTTY) note(terminal, 'Looking …');
      const { environment } = terminal;
      const { checkStores } = await import('../doctor/check-stores.ts');
      const { checkTemporal } = await import('../doctor/check-temporal.ts');
      const found = await Promise.all([
        checkApi(api),
        ...checkStores(environment),
        checkTemporal(environment),
        checkCredentials(environment),
      ]);
      const findings = found.flat();
      const isBroken = findings.some(({ status }) => status === 'broken');
      show(output, terminal, findings);
      if (isBroken) terminal.endWith('needs_fixing');
    });
  withApi(withCsv(command));
  return withExamples(
    command,
    'cmdb doctor',
    'cmdb doctor --json | jq -r \'.findings[] | select(.status == "broken") | .fix\'',
  );
}

/** Credentials that a discovery does not use say nothing: they are looked at beside the worker's stores. */
async function checkCredentials(environment: Terminal['environment']): Promise<Finding[]> {
  if (!environment.DATABASE_URL) {
    const detail = 'are not looked at: this is not where the worker runs';
    return [{ component: 'credentials', seen_by: 'here', status: 'skipped', detail, fix: null }];
  }
  const { checkProviders } = await import('../doctor/check-providers.ts');
  return checkProviders(environment);
}

function show(output: Output, terminal: Terminal, findings: readonly Finding[]): void {
  const count = (wanted: Finding['status']) =>
    findings.filter(({ status }) => status === wanted).length;
  const broken = count('broken');
  const warnings = count('warning');
  const status = broken > 0 ? 'broken' : warnings > 0 ? 'warning' : 'ok';
  if (output.format === 'json') {
    output.json({ status, findings });
    return;
  }
  output.table(findings, FINDING_COLUMNS);
  if (output.format === 'csv') return;
  const toFix = findings.filter(({ fix }) => fix !== null);
  if (toFix.length > 0) output.line(`\n${output.paint('bold', 'to fix')}`);
  for (const { component, detail, fix } of toFix) {
    output.line(output.safe(`${component}: ${detail}`));
    output.line(output.safe(`  ${fix}`));
  }
  note(terminal, status === 'ok' ? 'All is well.' : `${broken} broken, ${warnings} to look at.`);
}
