import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { Sources } from '../../model/sources.ts';
import { KubernetesError } from './errors.ts';

/** Where a pod finds the token of its service account. */
const POD_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Where this process runs, as far as it leads to clusters. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  /** Before the paths of a pod's own files; empty but in tests. */
  root: string;
}

/** A way into a cluster. */
export interface KubernetesContext {
  name: string;
  config: KubeConfig;
}

/**
 * The kubeconfig files to read: the one that the sources name, else those of `KUBECONFIG`, else
 * kubectl's own. As with kubectl, one of the variable's that is not there is left out.
 */
export function kubeconfigFiles(
  settings: Sources['kubernetes'],
  { environment }: Surroundings,
): string[] {
  if (settings?.kubeconfig) return [settings.kubeconfig];
  const named = environment.KUBECONFIG?.split(delimiter).filter((file) => file !== '') ?? [];
  const files = named.length > 0 ? named : [join(environment.HOME || homedir(), '.kube', 'config')];
  return files.filter((file) => existsSync(file));
}

export function isInCluster({ environment, root }: Surroundings): boolean {
  return Boolean(environment.KUBERNETES_SERVICE_HOST) && existsSync(`${root}${POD_TOKEN}`);
}

/** Changes when one of the files does. */
export function stateOf(files: readonly string[]): string {
  return JSON.stringify(
    files.map((file) => [file, statSync(file, { throwIfNoEntry: false })?.mtimeMs]),
  );
}

/**
 * Every context of the files, each with a configuration of its own; that of the pod where there is
 * no file.
 *
 * @throws {KubernetesError} `bad_kubeconfig`
 */
export function readContexts(
  files: readonly string[],
  surroundings: Surroundings,
): KubernetesContext[] {
  if (files.length === 0) {
    if (!isInCluster(surroundings)) return [];
    const config = new KubeConfig();
    config.loadFromCluster(surroundings.root);
    return [{ name: 'in-cluster', config }];
  }
  const read = files.map((file) => readFile(file));
  const clusters = read.flatMap((config) => config.clusters);
  const users = read.flatMap((config) => config.users);
  // As with kubectl, of two entries of one name the first file's holds.
  const byName = new Map(
    read
      .flatMap((config) => config.contexts)
      .toReversed()
      .map((one) => [one.name, one]),
  );
  return [...byName.values()].toReversed().map((context) => {
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: clusters.filter(({ name }) => name === context.cluster).slice(0, 1),
      users: users.filter(({ name }) => name === context.user).slice(0, 1),
      contexts: [context],
      currentContext: context.name,
    });
    return { name: context.name, config };
  });
}

/** The parser's message may repeat a line of the file, which may be a token: it is left out. */
function readFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file, { onInvalidEntry: 'filter' });
  } catch {
    throw new KubernetesError(
      'permanent',
      'bad_kubeconfig',
      `The kubeconfig ${file} cannot be read, or is not one.`,
    );
  }
  return config;
}
