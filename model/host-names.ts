/*
 * Host names in configuration values. A value may hold anything, secrets too: what comes out of
 * here is a host name or an address and nothing else of it.
 */

/** Words in a variable's name behind which values are secrets: those are not looked at. */
const SECRET_NAME =
  /(^|[^a-z])(pass(word|wd|phrase)?|pwd|secrets?|tokens?|credentials?|(api|access|private|signing|encryption)[-_.]?keys?|salt|cert(ificate)?s?)([^a-z]|$)/i;

/** Words in a variable's name that say that its value is a place, though it has no port. */
const PLACE_NAME =
  /(^|[^a-z])(hosts?|hostnames?|addr(ess(es)?)?|endpoints?|servers?|ur[il]s?|dsn|brokers?|bootstrap|seeds?|peers?|nodes?|upstreams?|domain|fqdn)([^a-z]|$)/i;

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*\\.?$`, 'i');
const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
/** A longer value is a document, and no list of places. */
const MAX_LENGTH = 2_000;

/**
 * The host names and IPv4 addresses in the value of a variable: of URLs and JDBC URLs, of
 * `host:port` with several after commas, of `host=… port=…`, and of a bare name where the variable
 * says that it is one (`DB_HOST`, `KAFKA_BROKERS`). In lower case, sorted, each once.
 *
 * @param name the variable's; one that sounds like a secret's gives nothing
 */
export function hostNamesIn(name: string, value: string): string[] {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2');
  if (SECRET_NAME.test(words) || value.length > MAX_LENGTH) return [];
  const found = [...authorities(value), ...settings(value)].map(hostOf);
  if (found.length === 0) {
    for (const part of value.split(/[,;\s]+/)) {
      const host = hostOf(part);
      if (/:\d{1,5}(\/|$)/.test(part) || PLACE_NAME.test(words)) found.push(host);
    }
  }
  return [...new Set(found.filter((host) => host !== null))].sort();
}

/** `scheme://user:password@one:1,two:2/path`, and Go's MySQL form `user:password@tcp(one:1)/db`. */
function authorities(value: string): string[] {
  const urls = [...value.matchAll(/[a-z][a-z0-9+.-]*:(?:@|[a-z]+:@?)?\/\/([^/?#\s"']*)/gi)];
  const calls = [...value.matchAll(/@(?:tcp|tcp4|tcp6)\(([^)\s]*)\)/g)];
  return [...urls, ...calls].flatMap(([, text = '']) =>
    // A password may hold an at sign and a comma; the last at sign is the one before the hosts.
    text.slice(text.lastIndexOf('@') + 1).split(','),
  );
}

/** `host=db port=5432` of libpq, `Server=tcp:db,1433;Database=…` of ADO. */
function settings(value: string): string[] {
  const pairs = value.matchAll(
    /(?:^|[;\s])(?:host|server|data source|address|addr)\s*=\s*(?:tcp:)?([^;\s]+)/gi,
  );
  return [...pairs].flatMap(([, hosts = '']) => hosts.split(','));
}

/** The host of `host`, `host:port` or `host:port/path`; null where it is none. */
function hostOf(text: string): string | null {
  const host = text.replace(/\/.*$/, '').replace(/:\d{1,5}$/, '');
  if (IPV4.test(host)) return host;
  // A number is a port or a count, never a name.
  if (!HOST_NAME.test(host) || /^[\d.]+$/.test(host)) return null;
  return host.toLowerCase().replace(/\.$/, '');
}
