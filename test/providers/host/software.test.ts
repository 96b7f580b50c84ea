import { expect, test } from '@jest/globals';
import type { OsProcess } from '../../../providers/host/snapshot.ts';
import { recognise, recogniseByPort, SOFTWARE } from '../../../providers/host/software.ts';
import { osProcess } from './snapshots.ts';

test.each<[Partial<OsProcess>, string, string, string]>([
  [{ executable: 'postgres' }, 'postgresql', 'database', 'executable'],
  [{ executable: 'mysqld' }, 'mysql', 'database', 'executable'],
  [{ executable: 'mariadbd' }, 'mariadb', 'database', 'executable'],
  [{ executable: 'mongod' }, 'mongodb', 'database', 'executable'],
  [
    { executable: 'clickhouse', title: 'clickhouse-server' },
    'clickhouse',
    'database',
    'executable',
  ],
  [{ executable: 'redis-check-rdb', title: 'redis-server' }, 'redis', 'cache', 'title'],
  [{ executable: 'valkey-server' }, 'valkey', 'cache', 'executable'],
  [{ executable: 'memcached' }, 'memcached', 'cache', 'executable'],
  [
    { executable: 'java', entry_point: 'org.neo4j.server.Neo4jCommunity' },
    'neo4j',
    'database',
    'main_class',
  ],
  [
    { executable: 'java', entry_point: 'com.neo4j.server.enterprise.Neo4jEnterprise' },
    'neo4j',
    'database',
    'main_class',
  ],
  [
    {
      executable: 'java',
      entry_point: 'org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch',
    },
    'elasticsearch',
    'database',
    'main_class',
  ],
  [
    { executable: 'java', entry_point: 'org.apache.cassandra.service.CassandraDaemon' },
    'cassandra',
    'database',
    'main_class',
  ],
  [{ executable: 'java', entry_point: 'kafka.Kafka' }, 'kafka', 'service', 'main_class'],
  [{ executable: 'temporal' }, 'temporal', 'service', 'executable'],
  [{ executable: 'sh', unit: 'mariadb.service' }, 'mariadb', 'database', 'unit'],
  [{ executable: 'beam.smp', unit: 'rabbitmq-server.service' }, 'rabbitmq', 'service', 'unit'],
  [{ executable: 'x', unit: 'postgresql@15-main.service' }, 'postgresql', 'database', 'unit'],
])('%j is %s, a %s, by its %s', (process, product, ciType, evidence) => {
  const recognised = recognise(osProcess({ pid: 9, ...process }));
  expect(recognised?.software.product).toBe(product);
  expect(recognised?.software.ci_type).toBe(ciType);
  expect(recognised?.identified_by).toBe(evidence);
});

test.each<Partial<OsProcess>>([
  { executable: 'node', title: 'cmdb-api' },
  { executable: 'python3.11', entry_point: 'org.neo4j.py' },
  { executable: 'redis_exporter', unit: 'redis-exporter.service' },
  { executable: 'postgres_exporter' },
])('%j is nothing that is known', (process) => {
  expect(recognise(osProcess({ pid: 9, ...process }))).toBeNull();
});

test('a port tells a product as a last resort, and says so', () => {
  expect(recogniseByPort([7474, 7687])).toMatchObject({
    software: { product: 'neo4j' },
    identified_by: 'port',
  });
  expect(recogniseByPort([8080])).toBeNull();
});

test('no two products claim one port', () => {
  const ports = SOFTWARE.flatMap((software) => software.ports ?? []);
  expect(new Set(ports).size).toBe(ports.length);
});
