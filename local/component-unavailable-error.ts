import { ReadableError } from './explain.ts';

/** What to tell somebody whose machine cannot have a component. */
export interface UnavailableComponent {
  /** The component as people call it, e.g. `PostgreSQL`. */
  readonly component: string;
  /** Why each way to get it failed, in the order tried. */
  readonly tried: readonly string[];
  /** How to install it by hand, one way a line. */
  readonly install: readonly string[];
  /** The variable that points at one that runs elsewhere, with an example. */
  readonly variable: string;
}

/** A component is neither given, nor installed, nor to be had from a package registry. */
export class ComponentUnavailableError extends ReadableError {
  override readonly name = 'ComponentUnavailableError';
  readonly component: string;

  constructor(unavailable: UnavailableComponent, options?: ErrorOptions) {
    super(message(unavailable), options);
    this.component = unavailable.component;
  }
}

function message({ component, tried, install, variable }: UnavailableComponent): string {
  return [
    `${component} could not be had on this machine.`,
    ...tried.map((reason) => `  - ${reason}`),
    'Any one of these will do:',
    ...install.map((way) => `  * install it: ${way}`),
    `  * use one that runs elsewhere: set ${variable}`,
    '  * run everything in containers: docker compose up',
  ].join('\n');
}
