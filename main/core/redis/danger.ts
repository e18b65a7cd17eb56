import { wordText, type RedisLine } from './command-line.ts'

/**
 * What a Redis command can do to a system, from its name and its words alone. The server's own flags (`COMMAND INFO`) are
 * asked when a check runs; this table says it earlier, and says what no flag says: which commands lose data, stop the
 * server or hold everybody else up.
 */

export type RedisDanger =
  /** Loses data or service: the step must say `risk: destructive`. */
  | 'destructive'
  /** Cannot be told from its text, or may hold other clients up: the step should say at least `risk: caution`. */
  | 'caution'
  | 'plain'

export interface RedisRisk {
  readonly danger: RedisDanger
  /** `FLUSHALL`, `CONFIG SET`: as people write it. */
  readonly command: string
  /** Why, as the end of a sentence. Empty for plain ones. */
  readonly why: string
}

const DESTRUCTIVE: Readonly<Record<string, string>> = {
  FLUSHALL: 'removes every key of every database',
  FLUSHDB: 'removes every key of the database',
  SWAPDB: 'exchanges two databases under everybody who uses them',
  SHUTDOWN: 'stops the server',
  FAILOVER: 'hands the primary role to a replica',
  REPLICAOF: 'changes whom the server copies, and may drop all its data',
  SLAVEOF: 'changes whom the server copies, and may drop all its data',
  MIGRATE: 'moves keys away from this server',
  DEBUG: 'can crash, block or reload the server',
  KEYS: 'looks at every key and holds all other clients up meanwhile; use SCAN',
  PSYNC: 'turns the connection into a replica',
  SYNC: 'turns the connection into a replica',
  'CONFIG SET': 'changes the configuration of the running server',
  'CONFIG REWRITE': 'overwrites the configuration file of the server',
  'CONFIG RESETSTAT': 'sets all statistics of the server to zero',
  'SCRIPT FLUSH': 'removes every cached script',
  'SCRIPT KILL': 'ends a script that somebody is running',
  'SCRIPT DEBUG': 'stops the server while a script is debugged',
  'FUNCTION FLUSH': 'removes every function library',
  'FUNCTION DELETE': 'removes a function library',
  'FUNCTION RESTORE': 'changes the function libraries',
  'FUNCTION LOAD': 'changes the function libraries',
  'FUNCTION KILL': 'ends a function that somebody is running',
  'CLUSTER RESET': 'makes the node forget its cluster, and may drop its data',
  'CLUSTER FAILOVER': 'hands the primary role to a replica',
  'CLUSTER FORGET': 'removes a node from the cluster',
  'CLUSTER MEET': 'joins two clusters or adds a node',
  'CLUSTER REPLICATE': 'makes the node a replica, and drops its data',
  'CLUSTER ADDSLOTS': 'changes which node serves which keys',
  'CLUSTER ADDSLOTSRANGE': 'changes which node serves which keys',
  'CLUSTER DELSLOTS': 'changes which node serves which keys',
  'CLUSTER DELSLOTSRANGE': 'changes which node serves which keys',
  'CLUSTER FLUSHSLOTS': 'changes which node serves which keys',
  'CLUSTER SETSLOT': 'changes which node serves which keys',
  'CLUSTER BUMPEPOCH': 'changes the epoch of the cluster',
  'CLUSTER SET-CONFIG-EPOCH': 'changes the epoch of the cluster',
  'CLIENT KILL': 'cuts connections of other programs',
  'CLIENT PAUSE': 'holds all clients up',
  'CLIENT UNBLOCK': 'ends what another client is waiting for',
  'ACL SETUSER': 'changes who may do what',
  'ACL DELUSER': 'removes a user and cuts its connections',
  'ACL LOAD': 'replaces all users by those of the file',
  'ACL SAVE': 'overwrites the file of users',
  'ACL LOG RESET': 'removes the log of refused commands',
  'MODULE LOAD': 'loads code into the server',
  'MODULE LOADEX': 'loads code into the server',
  'MODULE UNLOAD': 'removes code that commands may need',
  'MEMORY PURGE': 'holds the server up while it gives memory back',
  'LATENCY RESET': 'removes recorded latencies',
  'SLOWLOG RESET': 'removes the log of slow commands',
  'SENTINEL FAILOVER': 'hands the primary role to a replica',
  'SENTINEL RESET': 'makes the sentinel forget what it watches',
  'SENTINEL REMOVE': 'makes the sentinel forget a primary',
  'SENTINEL SET': 'changes how the sentinel decides',
  'SENTINEL MONITOR': 'changes what the sentinel watches',
  'SENTINEL CONFIG SET': 'changes how the sentinel decides',
  'SENTINEL FLUSHCONFIG': 'overwrites the configuration file of the sentinel',
  'SENTINEL SIMULATE-FAILURE': 'crashes the sentinel',
  'XGROUP DESTROY': 'removes a consumer group and what it has not acknowledged',
}

const UNCLASSIFIABLE = 'runs a script, and what a script does cannot be told from its call'
const CAUTION: Readonly<Record<string, string>> = {
  EVAL: UNCLASSIFIABLE,
  EVALSHA: UNCLASSIFIABLE,
  FCALL: UNCLASSIFIABLE,
  SAVE: 'holds all other clients up until the snapshot is written; use BGSAVE',
}

/** Commands whose second word says what they do. */
const CONTAINERS = new Set(
  [...Object.keys(DESTRUCTIVE), ...Object.keys(CAUTION)].flatMap((name) => {
    const [first = '', second] = name.split(' ')
    return second === undefined ? [] : [first]
  }),
)

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** The names a line may be known by, longest first: `ACL LOG RESET`, `ACL LOG`, `ACL`. */
function namesOf({ words }: RedisLine): readonly string[] {
  const [first = '', second, third] = words
    .slice(0, 3)
    .map((word) => wordText(word)?.toUpperCase() ?? '{{}}')
  if (!CONTAINERS.has(first) || second === undefined) return [first]
  return [
    ...(third === undefined ? [] : [`${first} ${second} ${third}`]),
    `${first} ${second}`,
    first,
  ]
}

/** The command and its subcommand, as a server names it in `COMMAND INFO`: `get`, `config|get`. */
export function serverName(line: RedisLine): { readonly name: string; readonly sub?: string } {
  const name = wordText(line.words[0])?.toLowerCase() ?? ''
  const second = wordText(line.words[1])?.toLowerCase()
  return second === undefined ? { name } : { name, sub: `${name}|${second}` }
}

/** What a line can do. A value where a subcommand should stand makes it destructive: nobody can read what it will be. */
export function classifyRedis(line: RedisLine): RedisRisk {
  const names = namesOf(line)
  const command = names.at(-1) ?? ''
  if (names.some((name) => name.includes('{{}}')) && CONTAINERS.has(command))
    return {
      danger: 'destructive',
      command,
      why: 'gets its subcommand from a value, so that nobody can read what it does',
    }
  for (const name of names) {
    const destructive = own(DESTRUCTIVE, name)
    if (destructive !== undefined) return { danger: 'destructive', command: name, why: destructive }
    const caution = own(CAUTION, name)
    if (caution !== undefined) return { danger: 'caution', command: name, why: caution }
  }
  return { danger: 'plain', command, why: '' }
}

/** Writing commands, which no check may contain. The server is asked too; it also knows those of modules. */
const WRITING = new Set(
  `append bitfield bitop blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin copy decr decrby del expire
  expireat fcall flushall flushdb function geoadd georadius georadiusbymember geosearchstore getdel getex getset hdel
  hexpire hexpireat hpersist hpexpire hpexpireat hincrby hincrbyfloat hmset hset hsetnx incr incrby incrbyfloat linsert
  lmove lmpop lpop lpush lpushx lrem lset ltrim migrate move mset msetnx persist pexpire pexpireat pfadd pfdebug
  pfmerge psetex rename renamenx restore restore-asking rpop rpoplpush rpush rpushx sadd sdiffstore set setbit setex
  setnx setrange sinterstore smove sort spop srem sunionstore swapdb unlink xack xadd xautoclaim xclaim xdel xgroup
  xreadgroup xsetid xtrim zadd zdiffstore zincrby zinterstore zmpop zpopmax zpopmin zrangestore zrem zremrangebylex
  zremrangebyrank zremrangebyscore zunionstore eval evalsha publish spublish`.split(/\s+/u),
)

/** Why a line cannot stand in a check, as a sentence; undefined when nothing in its text speaks against it. */
export function writesInCheck(line: RedisLine): string | undefined {
  const { name } = serverName(line)
  const { danger, command, why } = classifyRedis(line)
  if (danger === 'destructive') return `${command} ${why}; a check only reads.`
  if (name === 'eval' || name === 'evalsha' || name === 'fcall')
    return `${command} ${why}. A check may use ${command}_RO, which the server keeps from writing.`
  if (WRITING.has(name)) {
    const readers: Readonly<Record<string, string>> = {
      bitfield: 'BITFIELD_RO',
      georadius: 'GEORADIUS_RO',
      georadiusbymember: 'GEORADIUSBYMEMBER_RO',
      sort: 'SORT_RO',
    }
    const reader = own(readers, name)
    return reader === undefined
      ? `${command} writes; a check only reads.`
      : `${command} may write. A check uses ${reader}.`
  }
  return undefined
}

const UNSUPPORTED: Readonly<Record<string, string>> = {
  MONITOR: 'never ends, and slows the server down. Use SLOWLOG GET or CLIENT LIST.',
  SUBSCRIBE: 'never ends. Use PUBSUB CHANNELS or PUBSUB NUMSUB, or redis-cli in a terminal block.',
  PSUBSCRIBE: 'never ends. Use PUBSUB NUMPAT, or redis-cli in a terminal block.',
  SSUBSCRIBE: 'never ends. Use PUBSUB SHARDNUMSUB, or redis-cli in a terminal block.',
  UNSUBSCRIBE: 'has nothing to end: blocks do not subscribe.',
  PUNSUBSCRIBE: 'has nothing to end: blocks do not subscribe.',
  SUNSUBSCRIBE: 'has nothing to end: blocks do not subscribe.',
  SYNC: 'turns the connection into a replica and never ends.',
  PSYNC: 'turns the connection into a replica and never ends.',
  'CLIENT REPLY': 'would leave commands without answers, and their outcomes unknown.',
  'CLIENT TRACKING': 'sends messages that belong to no command.',
}

/** Why Muster does not send a line at all, as a sentence; undefined when it does. */
export function unsupported(line: RedisLine): string | undefined {
  const first = wordText(line.words[0])?.toUpperCase() ?? ''
  const second = wordText(line.words[1])?.toUpperCase() ?? ''
  for (const name of [`${first} ${second}`, first]) {
    const why = own(UNSUPPORTED, name)
    if (why !== undefined) return `${name} ${why}`
  }
  return undefined
}
