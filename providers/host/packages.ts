import { outputOf } from './commands.ts';

/** A package manager: how its list is printed, and how a line of that reads. */
interface PackageManager {
  program: string;
  args: readonly string[];
  /** `name version`, or null for a line that is no installed package. */
  parseLine(line: string): string | null;
}

/** Lines that are `name version` already. */
const asPrinted = (line: string) => (/^\S+ \S/.test(line) ? line : null);

export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    program: 'dpkg-query',
    // A removed package whose configuration was kept is listed too, as `config-files`.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: these are dpkg-query's own fields
    args: ['--show', '--showformat', '${db:Status-Status} ${Package} ${Version}\\n'],
    parseLine: (line) => (line.startsWith('installed ') ? line.slice('installed '.length) : null),
  },
  {
    program: 'rpm',
    args: ['--query', '--all', '--queryformat', '%{NAME} %{EVR}\\n'],
    // Keys that packages are signed with are kept as packages.
    parseLine: (line) => (line.startsWith('gpg-pubkey ') ? null : asPrinted(line)),
  },
  {
    program: 'apk',
    args: ['list', '--installed'],
    parseLine: (line) => {
      // `musl-1.2.5-r9 x86_64 {musl} (MIT) [installed]`: the version begins at the last but one `-`.
      const [, name, version] = /^(\S+)-([^-\s]+-r\d+) /.exec(line) ?? [];
      return name && version ? `${name} ${version}` : null;
    },
  },
  { program: 'pacman', args: ['--query'], parseLine: asPrinted },
  { program: 'brew', args: ['list', '--versions'], parseLine: asPrinted },
];

/**
 * Lists what the package managers of this machine have installed, as sorted `name version`. A
 * manager that is not there has installed nothing; one that fails fails the listing, since half a
 * list would look like packages that were removed.
 */
export async function installedPackages(signal?: AbortSignal): Promise<string[]> {
  const packages = new Set<string>();
  for (const { program, args, parseLine } of PACKAGE_MANAGERS) {
    const output = await outputOf(program, args, signal);
    for (const line of output?.split('\n') ?? []) {
      const entry = parseLine(line.trim());
      // The same package for two architectures is named once.
      if (entry) packages.add(entry);
    }
  }
  return [...packages].sort();
}
