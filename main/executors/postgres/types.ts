import type { Session } from './session.ts'

/** Names of types, and how a cell of one stands in JSON. */

const NAMES: Readonly<Record<number, string>> = {
  16: 'boolean',
  17: 'bytea',
  18: '"char"',
  19: 'name',
  20: 'bigint',
  21: 'smallint',
  23: 'integer',
  24: 'regproc',
  25: 'text',
  26: 'oid',
  27: 'tid',
  28: 'xid',
  29: 'cid',
  114: 'json',
  142: 'xml',
  600: 'point',
  700: 'real',
  701: 'double precision',
  705: 'unknown',
  790: 'money',
  829: 'macaddr',
  650: 'cidr',
  869: 'inet',
  1000: 'boolean[]',
  1005: 'smallint[]',
  1007: 'integer[]',
  1009: 'text[]',
  1015: 'character varying[]',
  1016: 'bigint[]',
  1021: 'real[]',
  1022: 'double precision[]',
  1042: 'character',
  1043: 'character varying',
  1082: 'date',
  1083: 'time without time zone',
  1114: 'timestamp without time zone',
  1115: 'timestamp without time zone[]',
  1184: 'timestamp with time zone',
  1185: 'timestamp with time zone[]',
  1186: 'interval',
  1231: 'numeric[]',
  1266: 'time with time zone',
  1560: 'bit',
  1562: 'bit varying',
  1700: 'numeric',
  2205: 'regclass',
  2206: 'regtype',
  2249: 'record',
  2278: 'void',
  2950: 'uuid',
  2951: 'uuid[]',
  3220: 'pg_lsn',
  3614: 'tsvector',
  3802: 'jsonb',
  3807: 'jsonb[]',
}

export function typeName(oid: number): string | undefined {
  return NAMES[oid]
}

/** The names of other types, asked of the server; a type it does not know is its number. */
export async function askTypeNames(
  session: Session,
  oids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await session.client.query<{ oid: string; name: string }>(
    'select oid::text as oid, pg_catalog.format_type(oid, null) as name from pg_catalog.pg_type where oid = any($1::oid[])',
    [`{${oids.join(',')}}`],
  )
  return new Map(rows.map(({ oid, name }) => [Number(oid), name]))
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u
const NUMBERS = new Set([20, 21, 23, 26, 700, 701, 1700])

/** A cell as JSON: booleans, exact numbers and json as what they are, everything else as its text. */
export function cellJson(cell: string | null, oid: number): string {
  if (cell === null) return 'null'
  if (oid === 16) return cell === 't' ? 'true' : 'false'
  // A number that a double cannot hold exactly stays text, so that nothing is rounded on the way.
  if (NUMBERS.has(oid) && JSON_NUMBER.test(cell) && String(Number(cell)) === cell) return cell
  if (oid === 114 || oid === 3802) return cell
  return JSON.stringify(cell)
}
