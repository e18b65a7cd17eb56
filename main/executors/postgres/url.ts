import { DialError } from '../network/sockets.ts'

/**
 * A connection URL as libpq reads it, which `URL` cannot: several hosts, sockets, no host at all.
 * https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */

const FORM =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^/?]*)(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/u

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new DialError(
      'The URL of the profile has a % in it that is not followed by two hexadecimal digits.',
    )
  }
}

/** Parameters by libpq's names. Throws a `DialError`; the message never repeats the URL, which may have a password. */
export function readUrl(url: string): Readonly<Record<string, string>> {
  const groups = FORM.exec(url)?.groups
  if (groups === undefined)
    throw new DialError(
      'The URL of the profile is not one of PostgreSQL: postgresql://user@host:port/database.',
    )
  const hosts: string[] = []
  const ports: string[] = []
  const list = groups['hosts'] ?? ''
  for (const one of list === '' ? [] : list.split(',')) {
    const parts = /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d*))?$/u.exec(one)?.groups
    if (parts === undefined) throw new DialError('A host in the URL of the profile cannot be read.')
    hosts.push(decode((parts['host'] ?? '').replace(/^\[(?<inner>.*)\]$/u, '$<inner>')))
    ports.push(parts['port'] ?? '')
  }
  const query = (groups['query'] ?? '')
    .split('&')
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const equals = part.indexOf('=')
      if (equals === -1) throw new DialError('A parameter in the URL of the profile has no value.')
      const name = decode(part.slice(0, equals))
      const value = decode(part.slice(equals + 1))
      // A form that drivers for other languages have made common.
      return name === 'ssl' && value === 'true' ? ['sslmode', 'require'] : [name, value]
    })
  const entries: [string, string][] = [
    ['user', decode(groups['user'] ?? '')],
    ['password', decode(groups['password'] ?? '')],
    ['host', hosts.join(',')],
    [
      'port',
      ports.every((port) => port === '') ? '' : ports.map((port) => port || '5432').join(','),
    ],
    ['dbname', decode(groups['database'] ?? '')],
    ...query,
  ]
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}
