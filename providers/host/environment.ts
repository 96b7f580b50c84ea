import type { CiEnvironment } from '../../model/enums.ts';
import { type DerivedEnvironment, deriveEnvironment } from '../../model/environment.ts';

/** The environment of what runs on this machine: what the sources file says, else its names. */
export function hostEnvironment(
  setting: CiEnvironment | null | undefined,
  tags: Readonly<Record<string, string>>,
  names: ReadonlyArray<string | null>,
): DerivedEnvironment {
  if (setting) return { environment: setting, environment_source: 'sources:host.environment' };
  return deriveEnvironment(tags, names);
}
