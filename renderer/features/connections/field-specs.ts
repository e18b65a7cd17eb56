import { SSL_MODES, TRANSPORTS, type Profile } from '../../../main/core/connection/profile.ts'

/** The fields of a profile's form. Members that have no field are kept as they were. */

export interface FieldSpec {
  /** The member, or with a dot the member of a member. */
  readonly key: string
  readonly label: string
  readonly hint?: string
  /** `yes` is a box to tick; `seconds` is kept in milliseconds; `text-or-none` takes the word `none` for false. */
  readonly kind:
    'text' | 'text-or-none' | 'number' | 'seconds' | 'list' | 'choice' | 'secret' | 'yes'
  readonly choices?: readonly string[]
  /** Of a whole number: the smallest and the largest that is taken. */
  readonly range?: readonly [least: number, most: number]
  /** What an empty field means as soon as another member of the same member is said. */
  readonly standard?: number
}

/** Fields that belong together. Without a title they stand first and are always open. */
export interface FieldGroup {
  readonly title?: string
  readonly fields: readonly FieldSpec[]
}

const timeout: FieldSpec = {
  key: 'connectTimeoutMs',
  label: 'Give up connecting after',
  hint: 'Seconds.',
  kind: 'seconds',
}
const via: FieldSpec = {
  key: 'via',
  label: 'Through the ssh profile',
  hint: 'The connection goes through that host. No port is opened on this laptop.',
  kind: 'text',
}
const password: FieldSpec = { key: 'password', label: 'Password', kind: 'secret' }
const user: FieldSpec = { key: 'user', label: 'User', kind: 'text' }
const port: FieldSpec = { key: 'port', label: 'Port', kind: 'number' }
const maxBytes: FieldSpec = {
  key: 'maxBytes',
  label: 'Bytes that are kept',
  hint: 'Of one block; the rest is counted, not kept.',
  kind: 'number',
}
const certificates: readonly FieldSpec[] = [
  {
    key: 'tls.ca',
    label: 'Certificate authority',
    hint: 'A PEM file. The server must be signed by it.',
    kind: 'text',
  },
  {
    key: 'tls.certificate',
    label: 'Client certificate',
    hint: 'A PEM file that says who you are.',
    kind: 'text',
  },
  { key: 'tls.key', label: 'Key of the client certificate', kind: 'text' },
  {
    key: 'tls.serverName',
    label: 'Name in the certificate',
    hint: 'Where it is not the host of the address.',
    kind: 'text',
  },
]

export const FIELDS: Readonly<Record<Profile['kind'], readonly FieldGroup[]>> = {
  ssh: [
    {
      fields: [
        {
          key: 'hosts',
          label: 'Hosts',
          hint: 'A host or an ssh alias; several, with commas between.',
          kind: 'list',
        },
        user,
        port,
        {
          key: 'jump',
          label: 'Jump hosts',
          hint: 'From this laptop outwards, with commas between.',
          kind: 'list',
        },
        { key: 'identityFiles', label: 'Key files', kind: 'list' },
        { key: 'transport', label: 'Transport', kind: 'choice', choices: TRANSPORTS },
        password,
        { key: 'passphrase', label: 'Passphrase of the key', kind: 'secret' },
      ],
    },
    {
      title: 'Agent, files and limits',
      fields: [
        {
          key: 'agent',
          label: 'Agent',
          hint: 'The path of its socket, or none. Empty: the one of your session.',
          kind: 'text-or-none',
        },
        { key: 'identitiesOnly', label: 'Offer only the key files above', kind: 'yes' },
        {
          key: 'configFile',
          label: 'Configuration file',
          hint: 'Instead of ~/.ssh/config.',
          kind: 'text',
        },
        {
          key: 'knownHostsFiles',
          label: 'Known hosts files',
          hint: 'Instead of the usual ones, with commas between.',
          kind: 'list',
        },
        {
          key: 'keepAlive.everyMs',
          label: 'Keep-alive',
          hint: 'Seconds between two questions to a silent host; 0 for none. Empty: what the ssh configuration says.',
          kind: 'seconds',
        },
        {
          key: 'keepAlive.misses',
          label: 'Answers that may be missing',
          hint: 'One after the other, of the keep-alive; then the connection is lost. 3 unless said.',
          kind: 'number',
          range: [1, 100],
          standard: 3,
        },
        timeout,
      ],
    },
  ],
  postgres: [
    {
      fields: [
        {
          key: 'url',
          label: 'URL',
          hint: 'postgres://user@host/database, without a password.',
          kind: 'text',
        },
        { key: 'service', label: 'Service', hint: 'An entry of pg_service.conf.', kind: 'text' },
        { key: 'host', label: 'Host', kind: 'text' },
        port,
        { key: 'database', label: 'Database', kind: 'text' },
        user,
        password,
        via,
      ],
    },
    {
      title: 'Encryption',
      fields: [
        { key: 'sslMode', label: 'sslmode', kind: 'choice', choices: SSL_MODES },
        {
          key: 'sslRootCertificate',
          label: 'Root certificate',
          hint: 'A PEM file, or system.',
          kind: 'text',
        },
        { key: 'sslCertificate', label: 'Client certificate', hint: 'A PEM file.', kind: 'text' },
        { key: 'sslKey', label: 'Key of the client certificate', kind: 'text' },
      ],
    },
    {
      title: 'Limits',
      fields: [
        { key: 'readOnly', label: 'Read only, whatever the block', kind: 'yes' },
        {
          key: 'maxRows',
          label: 'Rows that are kept',
          hint: 'Of each result: 10,000 unless said. All of them are counted.',
          kind: 'number',
        },
        { ...maxBytes, hint: 'Of one block: 16 MiB unless said. The rest is counted, not kept.' },
        timeout,
      ],
    },
  ],
  redis: [
    {
      fields: [
        {
          key: 'url',
          label: 'URL',
          hint: 'redis://host:6379 or rediss://host, without a password.',
          kind: 'text',
        },
        { key: 'host', label: 'Host', kind: 'text' },
        port,
        user,
        password,
        { key: 'database', label: 'Database', hint: 'Its number.', kind: 'number' },
        via,
        timeout,
      ],
    },
    {
      title: 'Sentinel and cluster',
      fields: [
        {
          key: 'sentinel.master',
          label: 'Name of the primary',
          hint: 'What the sentinels call it.',
          kind: 'text',
        },
        {
          key: 'sentinel.nodes',
          label: 'Sentinels',
          hint: 'host:port, with commas between; asked in this order.',
          kind: 'list',
        },
        { key: 'sentinel.user', label: 'User at the sentinels', kind: 'text' },
        { key: 'sentinel.password', label: 'Password at the sentinels', kind: 'secret' },
        {
          key: 'cluster',
          label: 'Cluster nodes',
          hint: 'host:port, with commas between.',
          kind: 'list',
        },
      ],
    },
    {
      title: 'Encryption',
      fields: [{ key: 'tls', label: 'Use TLS', kind: 'yes' }, ...certificates],
    },
  ],
  http: [
    {
      fields: [
        { key: 'url', label: 'Base URL', kind: 'text' },
        { key: 'redirects', label: 'Redirects that are followed', kind: 'number' },
        { key: 'bearer', label: 'Bearer token', kind: 'secret' },
        { key: 'basic.user', label: 'User', hint: 'For basic authentication.', kind: 'text' },
        { key: 'basic.password', label: 'Password', kind: 'secret' },
        via,
      ],
    },
    { title: 'Certificates', fields: certificates },
    {
      title: 'Proxy and limits',
      fields: [
        {
          key: 'proxy',
          label: 'Proxy',
          hint: 'Its URL, or none. Empty: what the environment says.',
          kind: 'text-or-none',
        },
        { key: 'proxyPassword', label: 'Password of the proxy', kind: 'secret' },
        { ...maxBytes, hint: 'Of one body; that there was more is said.' },
        timeout,
      ],
    },
  ],
  local: [{ fields: [{ key: 'folder', label: 'Folder where blocks start', kind: 'text' }] }],
}

/** All fields of a kind, in their order. */
export function fieldsOf(kind: Profile['kind']): readonly FieldSpec[] {
  return FIELDS[kind].flatMap(({ fields }) => fields)
}
