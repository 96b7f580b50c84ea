import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { installOnce } from '../../../local/cache-install.ts';
import { cacheDirectory } from '../../../local/directories.ts';
import { findProgram } from '../../../local/find-program.ts';
import { runCommand } from '../../../local/run-command.ts';

const KUBERNETES = '1.34.4';
/** The staging modules of Kubernetes 1.x are released as 0.x. */
const STAGING = '0.34.4';
/** The one that this Kubernetes is made with. */
const ETCD = '3.6.4';

/** Where the programs of a Kubernetes control plane are. */
export interface KubernetesPrograms {
  readonly apiserver: string;
  readonly etcd: string;
}

/** Each program is the original's main function; nothing of ours is in it. */
const MAINS = {
  'kube-apiserver': `package main

import (
	"os"

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
`,
  etcd: `package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
`,
};

/**
 * The real kube-apiserver and etcd, built once a user from the Go module proxy, since no package
 * registry has them ready: 5 to 15 minutes with 2 cores, 130 MB in the cache.
 *
 * @param report told what it is doing when it takes long
 */
export async function obtainKubernetes(
  report: (what: string) => void,
): Promise<KubernetesPrograms> {
  const directory = await installOnce({
    cacheDirectory: cacheDirectory(process.env),
    name: `kubernetes-${KUBERNETES}`,
    onWait: () => report('another process is building kube-apiserver and etcd'),
    install: (draft) => build(draft, report),
  });
  return { apiserver: join(directory, 'kube-apiserver'), etcd: join(directory, 'etcd') };
}

/** Builds with caches of its own, which are removed: they take 4 GB. */
async function build(draft: string, report: (what: string) => void): Promise<void> {
  const go = findProgram(['go'], process.env, ['/usr/local/go/bin', '/opt/homebrew/bin']);
  if (go === undefined) throw new Error('There is no Go to build kube-apiserver and etcd with.');
  report(`building kube-apiserver ${KUBERNETES} and etcd ${ETCD} with Go, once: 5 to 15 minutes`);
  const caches = join(draft, 'caches');
  const source = join(draft, 'source');
  const run = (args: readonly string[]) =>
    runCommand(go, args, {
      cwd: source,
      environment: {
        ...process.env,
        CGO_ENABLED: '0',
        GOCACHE: join(caches, 'build'),
        GOMODCACHE: join(caches, 'modules'),
        // Read-only modules could not be removed again.
        GOFLAGS: '-modcacherw -buildvcs=false -mod=mod',
        GOWORK: 'off',
      },
    });
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'go.mod'), 'module control-plane\n');
  const answer = await run(['mod', 'download', '-json', `k8s.io/kubernetes@v${KUBERNETES}`]);
  const { GoMod } = z.object({ GoMod: z.string() }).parse(JSON.parse(answer));
  await writeFile(join(source, 'go.mod'), moduleFile(await readFile(GoMod, 'utf8')));
  const version = `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES}`;
  for (const [name, main] of Object.entries(MAINS)) {
    await mkdir(join(source, name));
    await writeFile(join(source, name, 'main.go'), main);
    const program = join(draft, name);
    await run(['build', '-trimpath', '-ldflags', `-s -w ${version}`, '-o', program, `./${name}`]);
    await runCommand(program, ['--version']);
  }
  await rm(caches, { recursive: true, force: true });
  await rm(source, { recursive: true, force: true });
}

/**
 * Kubernetes builds its staging modules from its own tree, which a module that requires it does not
 * see: each is replaced by its release.
 */
function moduleFile(kubernetesModuleFile: string): string {
  const staged = [...kubernetesModuleFile.matchAll(/^\s+(k8s\.io\/\S+) => \.\/staging\//gm)];
  return [
    'module control-plane',
    'go 1.24.0',
    'godebug default=go1.24',
    'require (',
    `  k8s.io/kubernetes v${KUBERNETES}`,
    `  k8s.io/component-base v${STAGING}`,
    `  go.etcd.io/etcd/server/v3 v${ETCD}`,
    ')',
    'replace (',
    ...staged.map(([, module]) => `  ${module} => ${module} v${STAGING}`),
    ')',
    '',
  ].join('\n');
}
