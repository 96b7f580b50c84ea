import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostNamesIn } from '../../model/host-names.ts';

describe('host names are found in', () => {
  test.each([
    ['DATABASE_URL', 'postgres://shop:pa,ss@wd@db.example.org:5432/shop?x=1', ['db.example.org']],
    ['DATABASE_URL', 'jdbc:postgresql://db1,db2:5433/shop', ['db1', 'db2']],
    ['ORACLE', 'jdbc:oracle:thin:@//ora.example.org:1521/shop', ['ora.example.org']],
    [
      'MONGO',
      'mongodb+srv://u:p@a.example.org,b.example.org/x',
      ['a.example.org', 'b.example.org'],
    ],
    ['MYSQL', 'shop:hunter2@tcp(mysql.shop:3306)/orders', ['mysql.shop']],
    ['DSN', 'host=db.shop port=5432 password=hunter2', ['db.shop']],
    ['SQL', 'Server=tcp:sql.example.org,1433;Password=hunter2', ['sql.example.org']],
    ['REDIS', 'cache:6379', ['cache']],
    ['CACHE_HOST', 'Cache.Shop.svc.', ['cache.shop.svc']],
    ['redisHost', 'cache', ['cache']],
    ['KAFKA_BROKERS', 'k-0.k:9092,k-1.k:9092', ['k-0.k', 'k-1.k']],
    ['TARGET', '10.0.0.7:80', ['10.0.0.7']],
    ['API_URL', 'https://[::1]/', []],
  ])('%s=%s', (name, value, hosts) => expect(hostNamesIn(name, value)).toEqual(hosts));
});

describe('nothing is found in', () => {
  test.each([
    ['API_TOKEN', 'abc.def.ghi'],
    ['DB_PASSWORD', 'hunter2:80'],
    ['clientSecret', 'https://hunter2.example.org'],
    ['SIGNING_KEY', 'a.b'],
    ['VERSION', '1.2.3'],
    ['CONFIG', 'shop.yaml'],
    ['REPLICAS', '3'],
    ['DB_HOST', '5432'],
    ['DB_HOST', ''],
    ['LOG', 'level:debug'],
    ['MAIN_CLASS', 'org.example.Shop'],
    ['CONFIG_URL', 'x'.repeat(3_000)],
  ])('%s=%s', (name, value) => expect(hostNamesIn(name, value)).toEqual([]));
});

test('whatever a value is, what comes out is host names that stand in it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 200 }), (name, value) => {
      for (const host of hostNamesIn(name, value)) {
        expect(host).toMatch(/^[a-z0-9_.-]{1,253}$/);
        expect(value.toLowerCase()).toContain(host);
      }
    }),
  );
});

test('of a URL only its host comes out, whatever user, password and path are', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{8,20}$/);
  fc.assert(
    fc.property(word, word, word, fc.domain(), (user, password, path, host) => {
      const url = `amqp://${user}:${password}@${host}:5671/${path}`;
      expect(hostNamesIn('BROKER', url)).toEqual([host.toLowerCase()]);
    }),
  );
});
