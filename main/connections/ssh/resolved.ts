/** Everything that is needed to reach one host, after profile and ssh configuration were put together. */
export interface ResolvedHost {
  /** As the profile or the person calls it. */
  readonly alias: string
  readonly host: string
  readonly port: number
  readonly user: string
  /** Files that exist, in the order they are tried. */
  readonly identityFiles: readonly string[]
  readonly identitiesOnly: boolean
  /** The agent's socket. */
  readonly agent: string | undefined
  /** What the agent holds that the ssh2 library cannot use, in words. */
  readonly agentOnlyOpenSsh: readonly string[]
  /** Hops from the laptop outwards. */
  readonly jumps: readonly ResolvedHost[]
  readonly knownHostsFiles: readonly string[]
  /** The name the host's key is known by, when it is not `host`. */
  readonly hostKeyAlias: string | undefined
  /** Whether the names of hosts are hidden in known_hosts. */
  readonly hashKnownHosts: boolean
  readonly keepAlive: { readonly everyMs: number; readonly misses: number }
  readonly connectTimeoutMs: number
  /** Why only OpenSSH can make this connection. */
  readonly needsOpenSsh: string | undefined
}

/** What a host's key is known by. An alias stands for itself, whatever the port. */
export function keyName(host: Pick<ResolvedHost, 'host' | 'port' | 'hostKeyAlias'>): {
  readonly name: string
  readonly port: number
} {
  return host.hostKeyAlias === undefined
    ? { name: host.host, port: host.port }
    : { name: host.hostKeyAlias, port: 22 }
}
