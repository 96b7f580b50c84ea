/** Programs that run other programs: their own name says nothing of what they are. */
const INTERPRETERS = new Set(
  'node deno bun python pypy ruby perl php java dotnet mono lua sh bash dash zsh busybox beam'.split(
    ' ',
  ),
);

/** Names that runtimes give to their main thread, which the kernel shows as the process's name. */
const RUNTIME_THREAD_NAMES = new Set(['MainThread', 'node-MainThread', 'main', 'exe']);

/** Linux cuts the name of a process to this many characters. */
const COMM_LENGTH = 15;

/** `python3.11` is `python`, `beam.smp` is `beam`: one program whatever its version. */
export function interpreterName(executable: string): string | null {
  const name = executable
    .toLowerCase()
    .replace(/\.(exe|smp)$/, '')
    .replace(/[\d.]+$/, '');
  return INTERPRETERS.has(name) ? name : null;
}

/** The file name of a path; null for what does not look like one, which could be anything. */
export function programFile(path: string): string | null {
  const file = path.replace(/ \(deleted\)$/, '').replace(/^.*[\\/]/, '');
  return /^[\w.@+-]{1,64}$/.test(file) ? file : null;
}

/**
 * The name that a process gave itself, or that its script has; null where the kernel's name for
 * it is just that of the executable.
 *
 * Only the first word counts, and of that only letters, digits and `._@+-`: some programs write
 * their whole command line into their title, with the secrets in it.
 *
 * @param comm the kernel's name for it, cut to 15 characters
 * @param argv0 the first word of its command line, which a process that sets its title overwrites;
 *   it completes a name that the kernel cut
 */
export function processTitle(
  comm: string,
  executable: string | null,
  argv0: string,
): string | null {
  if (RUNTIME_THREAD_NAMES.has(comm)) return null;
  const isCut = comm.length >= COMM_LENGTH && argv0.startsWith(comm);
  const title = /^[\w.@+-]+/.exec(isCut ? argv0 : comm)?.[0].slice(0, 64) ?? null;
  if (title === null || interpreterName(title) !== null) return null;
  return executable?.startsWith(title) ? null : title;
}

/** Options of `java` whose value is the next word. */
const JAVA_OPTIONS_WITH_VALUE = new Set(
  '-cp -classpath --class-path -p --module-path --add-modules --add-opens --add-exports --add-reads --limit-modules --upgrade-module-path'.split(
    ' ',
  ),
);

/**
 * What an interpreter runs, out of its command line: Java's main class, module or jar, else the
 * first word that is no option. To compare in memory with other processes and with the software
 * rules; it may hold anything and must not be stored.
 */
export function entryPoint(interpreter: string, args: readonly string[]): string | null {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (interpreter === 'java') {
      if (arg === '-jar' || arg === '-m' || arg === '--module') return args[index + 1] ?? null;
      if (JAVA_OPTIONS_WITH_VALUE.has(arg)) index++;
    }
    if (arg !== '' && !arg.startsWith('-')) return arg;
  }
  return null;
}
