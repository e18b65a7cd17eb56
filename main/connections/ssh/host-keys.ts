import { TransportError } from '../../engine/transport.ts'
import type { Prompter } from '../../engine/ports.ts'
import { fingerprint, keyType, KnownHosts, type KnownKey } from './known-hosts/known-hosts.ts'
import { keyName, type ResolvedHost } from './resolved.ts'

/** How many lines that could not be read are named. */
const MOST_UNREAD = 3

/**
 * The decision about a host's key. Nothing else is sent before it was made. A key that is known passes, an unknown one
 * is a question to a person, a changed or revoked one is refused, and no answer overrules that.
 */
export async function decideHostKey(
  host: ResolvedHost,
  key: Buffer,
  context: {
    readonly prompter: Prompter
    readonly run: string | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<string> {
  const { name, port } = keyName(host)
  const known = new KnownHosts(host.knownHostsFiles)
  const verdict = known.check(name, port, key)
  const shown = `${keyType(key)} ${fingerprint(key)}`
  // Several hosts may differ in nothing but their port.
  const named = port === 22 ? name : `${name}:${port}`
  switch (verdict.kind) {
    case 'known':
      return `${shown}, known from ${place(verdict.by)}`
    case 'revoked':
      throw new TransportError(
        'host-key-changed',
        `The key of ${named} (${shown}) was revoked in ${place(verdict.by)}. Nothing was sent. Somebody who knows why must say what to do.`,
      )
    case 'changed':
      throw new TransportError(
        'host-key-changed',
        `The key of ${named} is not the one that is known. It shows ${shown}; known is ${keyType(verdict.was.key)} ${fingerprint(verdict.was.key)} from ${place(verdict.was)}. Nothing was sent. Either the host was set up anew, or somebody stands in between: ask whoever runs the host for its fingerprint, and change that line by hand only when it matches.`,
      )
    case 'unknown':
      break
  }
  const answer = await context.prompter.ask(
    {
      kind: 'host-key',
      title: `${host.alias} is not known yet`,
      host: named,
      keyType: keyType(key),
      fingerprint: fingerprint(key),
      known: [
        ...verdict.names.map((one) => `The same key is known as ${one.hosts} (${place(one)}).`),
        ...verdict.others.map(
          (one) =>
            `For this host another key is known: ${one.type} ${fingerprint(one.key)} (${place(one)}).`,
        ),
        ...known
          .unread()
          .slice(0, MOST_UNREAD)
          .map(
            ({ file, line }) => `${file}:${line} is no line of known_hosts and was passed over.`,
          ),
      ],
      ...(context.run !== undefined && { run: context.run }),
    },
    context.signal,
  )
  if (answer.kind !== 'host-key') {
    const why = answer.kind === 'declined' ? answer.why : ''
    throw new TransportError(
      'host-key-unknown',
      `The key of ${named} (${shown}) is not in known_hosts, and nobody accepted it. ${why} Nothing was sent.`,
    )
  }
  if (answer.accept === 'remember') known.remember(name, port, key, host.hashKnownHosts)
  return `${shown}, accepted ${answer.accept === 'remember' ? 'and remembered' : 'for this connection'}`
}

function place({ file, line }: KnownKey): string {
  return `${file}:${line}`
}
