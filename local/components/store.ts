import type { ChildSpecification, RunningChild } from '../child.ts';
import type { Step } from '../progress.ts';
import type { LocalState } from '../state.ts';

/**
 * `long-lived` keeps its data and is tuned to be fast once warm; `test` boots fast, and may lose
 * everything on a crash because it is thrown away.
 */
export type StoreProfile = 'long-lived' | 'test';

export type StartStore = (specification: ChildSpecification) => Promise<RunningChild>;

/** What a component needs in order to be found, downloaded and started. */
export interface StoreContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly cacheDirectory: string;
  readonly state: LocalState;
  /** Starts the component's server, and looks after it from then on. */
  readonly start: StartStore;
  readonly profile: StoreProfile;
  readonly step: Step;
  /** Aborts downloads and builds when everything is to end. */
  readonly signal: AbortSignal;
}

/** A store that answers: what the worker and the API are told about it. */
export interface ReadyStore {
  /** The variables that name it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its address for people, without the password. */
  readonly shown: string;
}
