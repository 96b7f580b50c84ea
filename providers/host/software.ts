import { interpreterName } from './program-name.ts';
import type { OsProcess } from './snapshot.ts';

export type ProcessCiType = 'service' | 'database' | 'cache' | 'application';

/** What told that a process is a certain software. */
export type Evidence = 'executable' | 'title' | 'main_class' | 'unit' | 'port';

/** A software that is known by name. */
export interface Software {
  product: string;
  ci_type: 'service' | 'database' | 'cache';
  /** For databases: the family, and the scheme of its connection strings. */
  db_type?: string;
  scheme?: string;
  /** Matched against the executable's file name and the process's title, whole. */
  programs?: RegExp;
  /** Matched against the start of Java's main class or module. */
  main_class?: RegExp;
  /** Matched against the systemd unit without its instance and `.service`, whole. */
  units?: RegExp;
  /** Its usual ports, the one that clients speak to first. */
  ports?: readonly number[];
}

function database(product: string, dbType: string, rule: Partial<Software>): Software {
  return { product, ci_type: 'database', db_type: dbType, ...rule };
}

function cache(product: string, rule: Partial<Software>): Software {
  return { product, ci_type: 'cache', ...rule };
}

function service(product: string, rule: Partial<Software>): Software {
  return { product, ci_type: 'service', ...rule };
}

/**
 * The known software, the first match wins. To know one more, add a line. A port on its own is
 * a guess and stands for a product only where nothing else tells what listens there; ports that
 * many programs use (80, 8080, 3000) are therefore left out.
 */
export const SOFTWARE: readonly Software[] = [
  database('postgresql', 'postgresql', {
    scheme: 'postgresql',
    programs: /^(postgres|postmaster)$/,
    units: /^postgresql$/,
    ports: [5432],
  }),
  service('pgbouncer', { programs: /^pgbouncer$/, ports: [6432] }),
  database('mariadb', 'mysql', { scheme: 'mysql', programs: /^mariadbd$/, units: /^mariadb$/ }),
  database('mysql', 'mysql', {
    scheme: 'mysql',
    programs: /^mysqld$/,
    units: /^mysqld?$/,
    ports: [3306],
  }),
  database('mongodb', 'mongodb', {
    scheme: 'mongodb',
    programs: /^(mongod|mongos)$/,
    units: /^mongod(b)?$/,
    ports: [27017],
  }),
  database('neo4j', 'neo4j', {
    scheme: 'bolt',
    main_class: /^(org|com)\.neo4j\./,
    units: /^neo4j$/,
    ports: [7687, 7474],
  }),
  database('elasticsearch', 'elasticsearch', {
    scheme: 'http',
    main_class: /^org\.elasticsearch[./]/,
    units: /^elasticsearch$/,
    ports: [9200, 9300],
  }),
  database('opensearch', 'opensearch', {
    scheme: 'http',
    main_class: /^org\.opensearch[./]/,
    units: /^opensearch$/,
  }),
  database('cassandra', 'cassandra', {
    main_class: /^org\.apache\.cassandra\./,
    units: /^cassandra$/,
    ports: [9042],
  }),
  database('clickhouse', 'clickhouse', {
    scheme: 'clickhouse',
    programs: /^clickhouse(-server)?$/,
    units: /^clickhouse-server$/,
    // Not 9000, its own protocol's port: too many other programs use it.
    ports: [8123],
  }),
  database('etcd', 'etcd', { scheme: 'http', programs: /^etcd$/, ports: [2379, 2380] }),
  database('cockroachdb', 'postgresql', {
    scheme: 'postgresql',
    programs: /^cockroach$/,
    ports: [26257],
  }),
  database('influxdb', 'influxdb', { scheme: 'http', programs: /^influxd$/, ports: [8086] }),
  cache('redis', { programs: /^redis-server$/, units: /^redis(-server)?$/, ports: [6379] }),
  cache('valkey', { programs: /^valkey-server$/, units: /^valkey(-server)?$/ }),
  cache('dragonfly', { programs: /^dragonfly$/ }),
  cache('memcached', { programs: /^memcached$/, ports: [11211] }),
  cache('varnish', { programs: /^varnishd$/, ports: [6081] }),
  service('temporal', { programs: /^temporal(-server)?$/, units: /^temporal$/, ports: [7233] }),
  service('nginx', { programs: /^nginx$/ }),
  service('apache', { programs: /^(httpd|apache2)$/ }),
  service('haproxy', { programs: /^haproxy$/ }),
  service('envoy', { programs: /^envoy$/ }),
  service('caddy', { programs: /^caddy$/ }),
  service('traefik', { programs: /^traefik$/ }),
  service('kafka', { main_class: /^kafka\./, units: /^kafka$/, ports: [9092] }),
  service('zookeeper', { main_class: /^org\.apache\.zookeeper\./, ports: [2181] }),
  service('rabbitmq', { programs: /^rabbitmq-server$/, units: /^rabbitmq-server$/, ports: [5672] }),
  service('nats', { programs: /^nats-server$/, ports: [4222] }),
  service('prometheus', { programs: /^prometheus$/, ports: [9090] }),
  service('grafana', { programs: /^grafana(-server)?$/ }),
  service('docker', { programs: /^dockerd$/ }),
  service('sshd', { programs: /^sshd(-session)?$/, units: /^sshd?$/, ports: [22] }),
];

export interface Recognised {
  software: Software;
  identified_by: Evidence;
}

/**
 * What a process is, told by itself, the best evidence first: which program runs, what it calls
 * itself, what it was made to run, and last under which unit somebody put it. Null for everything
 * that is not known, `node` and `python` among them.
 */
export function recognise(process: OsProcess): Recognised | null {
  const { executable, title, entry_point: entryPoint, unit } = process;
  const isJava = executable !== null && interpreterName(executable) === 'java';
  const unitName = unit?.replace(/\.service$/, '').replace(/@.*$/, '') ?? null;
  const evidence: [Evidence, string | null, (software: Software) => RegExp | undefined][] = [
    ['executable', executable?.replace(/\.exe$/i, '') ?? null, ({ programs }) => programs],
    ['title', title, ({ programs }) => programs],
    ['main_class', isJava ? entryPoint : null, ({ main_class }) => main_class],
    ['unit', unitName, ({ units }) => units],
  ];
  for (const [identified_by, value, patternOf] of evidence) {
    if (value === null) continue;
    const software = SOFTWARE.find((candidate) => patternOf(candidate)?.test(value));
    if (software) return { software, identified_by };
  }
  return null;
}

/** What usually listens on one of these ports: a guess, for where nothing else tells. */
export function recogniseByPort(ports: readonly number[]): Recognised | null {
  const software = SOFTWARE.find((candidate) => candidate.ports?.some((p) => ports.includes(p)));
  return software ? { software, identified_by: 'port' } : null;
}
