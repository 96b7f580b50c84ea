import { existsSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installOnce } from '../cache-install.ts';
import { ComponentUnavailableError } from '../component-unavailable-error.ts';
import { explain } from '../explain.ts';
import { findProgram } from '../find-program.ts';
import { runCommand } from '../run-command.ts';
import { findJava } from './java.ts';
import type { StoreContext } from './store.ts';

/** What it takes to run Neo4j: a Java, and the directory of its jars. */
export interface Neo4jPrograms {
  readonly java: string;
  readonly libraries: string;
  readonly version: string;
}

/** The long-term line: it runs on Java 17 and later. */
const VERSION = '5.26.30';
const LOWEST_JAVA = 17;
/** Names the server's own jar in an installation, and with it the version: `neo4j-kernel-5.26.1.jar`. */
const KERNEL_JAR = /^neo4j-kernel-(\d+)\.(\d+)\.(\d+)\.jar$/;

/**
 * Neo4j's jars, installed on this machine or downloaded by Maven.
 *
 * @throws {ComponentUnavailableError}
 */
export async function obtainNeo4j(context: StoreContext): Promise<Neo4jPrograms> {
  const { environment, signal, step, cacheDirectory } = context;
  const tried: string[] = [];
  const java = await findJava(environment, signal);
  if (java === undefined || java.major < LOWEST_JAVA) {
    const there = java === undefined ? 'there is no Java' : `Java is version ${java.major}`;
    tried.push(`${there}; it runs on Java ${LOWEST_JAVA} or newer`);
    throw unavailable(tried);
  }
  const installed = installedLibraries(environment);
  if (installed !== undefined) return { java: java.program, ...installed };
  tried.push(`none of version 5.26 is installed`);

  const maven = findProgram(['mvn'], environment);
  if (maven === undefined) {
    tried.push('Maven, which would download it, is not installed');
    throw unavailable(tried);
  }
  try {
    const directory = await installOnce({
      cacheDirectory,
      name: `neo4j-${VERSION}`,
      onWait: () => step.update('another process is downloading it'),
      install: (draft) => download(context, maven, draft),
    });
    return { java: java.program, libraries: join(directory, 'lib'), version: VERSION };
  } catch (error) {
    signal.throwIfAborted();
    tried.push(`Maven: ${explain(error)}`);
    throw unavailable(tried);
  }
}

function unavailable(tried: readonly string[]): ComponentUnavailableError {
  return new ComponentUnavailableError({
    component: 'Neo4j',
    tried,
    install: [
      `Java ${LOWEST_JAVA} or newer and Maven (apt-get install default-jre-headless maven, ` +
        'brew install openjdk maven); the rest is then downloaded',
      'Neo4j Community 5.26, with NEO4J_HOME naming its directory',
    ],
    variable: 'NEO4J_URI=bolt://host:7687 with NEO4J_USERNAME and NEO4J_PASSWORD',
  });
}

/** An installed Community server of the same line; others name their main class and settings otherwise. */
function installedLibraries(
  environment: NodeJS.ProcessEnv,
): { libraries: string; version: string } | undefined {
  const onPath = findProgram(['neo4j'], environment);
  const homes = [
    environment.NEO4J_HOME,
    onPath === undefined ? undefined : dirname(dirname(onPath)),
    '/usr/share/neo4j',
  ];
  for (const home of homes) {
    if (!home || !existsSync(join(home, 'lib'))) continue;
    const libraries = join(home, 'lib');
    const jars = readdirSync(libraries);
    if (jars.some((jar) => jar.startsWith('neo4j-enterprise-kernel-'))) continue;
    for (const jar of jars) {
      const [, major, minor, patch] = KERNEL_JAR.exec(jar) ?? [];
      if (major === '5' && Number(minor) >= 26) {
        return { libraries, version: `${major}.${minor}.${patch}` };
      }
    }
  }
  return undefined;
}

async function download(
  { environment, step, signal }: StoreContext,
  maven: string,
  draft: string,
): Promise<void> {
  step.update('downloading it with Maven (128 MB)');
  const project = join(draft, 'pom.xml');
  await writeFile(
    project,
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>neo4j-libraries</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId>
      <artifactId>neo4j</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`,
  );
  await runCommand(
    maven,
    [
      '--quiet',
      '--batch-mode',
      '--strict-checksums',
      `--file=${project}`,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${join(draft, 'lib')}`,
    ],
    { cwd: draft, environment, signal },
  );
  await rm(join(draft, 'target'), { recursive: true, force: true });
}
