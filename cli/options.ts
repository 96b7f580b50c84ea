import { type Command, InvalidArgumentError, Option } from 'commander';

/** An option that can be given several times, or once with commas: `--region eu-west-1,eu-west-2`. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, `${description}; several, or with commas`).argParser(
    (text: string, before: string[] | undefined) => [
      ...(before ?? []),
      ...text.split(',').map((part) => part.trim()),
    ],
  );
}

/** An option that can be given several times, and may hold commas. */
export function repeatedOption(flags: string, description: string): Option {
  return new Option(flags, `${description}; can be repeated`).argParser(
    (text: string, before: string[] | undefined) => [...(before ?? []), text],
  );
}

/** An option that is one of a few words. */
export function choiceOption(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, description).choices([...words]);
}

/** An option that is a whole number. */
export function numberOption(
  flags: string,
  description: string,
  { from, to, fallback }: { from: number; to: number; fallback?: number },
): Option {
  const option = new Option(flags, description).argParser((text: string) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  });
  return fallback === undefined ? option : option.default(fallback);
}

/** Examples below the help of a command. */
export function withExamples(command: Command, ...lines: string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`,
  );
}
