import type { SshProfile } from '../../../core/connection/profile.ts'
import { expandHome } from '../config/expand.ts'
import type { ResolvedHost } from '../resolved.ts'
import type { PrivateFolder } from './private-folder.ts'
import { HOST_KEY_QUESTION } from './questions.ts'

/** What ssh is started with. Everything not said here is what the person's configuration says of the host. */

/** A word for a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A path in a value of ssh's configuration, where percent signs begin tokens. */
function configured(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`
}

const option = (name: string, value: string | number): readonly string[] => [
  '-o',
  `${name}=${value}`,
]

export interface MasterOptions {
  readonly profile: SshProfile
  readonly host: ResolvedHost
  /** One of the hops before the host, which has users and keys of its own. */
  readonly hop: boolean
  readonly folder: PrivateFolder
  /** The control socket of the hop that it is reached through. */
  readonly through: string | undefined
}

export function masterParameters(options: MasterOptions): readonly string[] {
  const { profile, host, hop, folder, through } = options
  const knownHosts = host.knownHostsFiles.map(configured).join(' ')
  return [
    ...(profile.configFile === undefined ? [] : ['-F', expandHome(profile.configFile)]),
    '-M',
    '-N',
    '-S',
    folder.control,
    // Its stages, and how commands ended, are told there and nowhere else.
    ...option('LogLevel', 'DEBUG1'),
    ...option('LogVerbose', 'mux.c:mux_exit_message():*'),
    ...option('ControlPersist', 'no'),
    ...option('StrictHostKeyChecking', 'yes'),
    ...option('UserKnownHostsFile', knownHosts === '' ? '/dev/null' : knownHosts),
    ...option('GlobalKnownHostsFile', '/dev/null'),
    ...option('KnownHostsCommand', `/bin/sh ${folder.ask} ${HOST_KEY_QUESTION} %I %t %K %H`),
    // These would let a key pass, or be written down, without the decision.
    ...option('VerifyHostKeyDNS', 'no'),
    ...option('NoHostAuthenticationForLocalhost', 'no'),
    ...option('UpdateHostKeys', 'no'),
    ...option('CheckHostIP', 'no'),
    ...option('BatchMode', 'no'),
    ...option('NumberOfPasswordPrompts', 3),
    ...option('ConnectTimeout', Math.max(1, Math.ceil(host.connectTimeoutMs / 1000))),
    ...option('ServerAliveInterval', Math.ceil(host.keepAlive.everyMs / 1000)),
    ...option('ServerAliveCountMax', host.keepAlive.misses),
    // What the person's configuration adds to a terminal of theirs is not wanted here.
    ...option('RemoteCommand', 'none'),
    ...option('ForkAfterAuthentication', 'no'),
    ...option('PermitLocalCommand', 'no'),
    ...option('ClearAllForwardings', 'yes'),
    ...option('ForwardX11', 'no'),
    ...option('IdentityAgent', host.agent === undefined ? 'none' : configured(host.agent)),
    ...(hop || profile.identityFiles === undefined
      ? []
      : host.identityFiles.flatMap((file) => option('IdentityFile', configured(file)))),
    ...option('IdentitiesOnly', host.identitiesOnly ? 'yes' : 'no'),
    ...(through === undefined
      ? []
      : option(
          'ProxyCommand',
          // Quoted, because some shells take brackets for a pattern.
          `ssh ${clientOptions(through).map(quoted).join(' ')} -W "[%h]:%p" hop`,
        )),
    '-l',
    host.user,
    '-p',
    String(host.port),
    '--',
    host.alias,
  ]
}

/** For a process that uses the connection that stands and never makes one of its own. */
export function clientOptions(control: string): readonly string[] {
  return [
    '-F',
    'none',
    '-S',
    control,
    ...option('ControlMaster', 'no'),
    ...option('BatchMode', 'yes'),
    ...option('ProxyCommand', 'false'),
    ...option('EscapeChar', 'none'),
  ]
}
