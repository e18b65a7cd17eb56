import type { Environment, SshProfile } from '../../core/connection/profile.ts'
import type { ParsedConnections } from '../../core/connection/read.ts'
import type { TargetKind } from '../../core/runbook/model.ts'
import { similar } from '../../core/runbook/similar.ts'
import type { Connections } from '../../engine/ports.ts'
import { mistakeIn } from './errors.ts'

type Resolved = ReturnType<Connections['resolve']>

/** Where a name leads in an environment. */
export function resolve(
  { environments, refused, diagnostics }: ParsedConnections,
  file: string,
  environment: string | undefined,
  kind: TargetKind,
  name: string,
): Resolved {
  const mistake = diagnostics.find(({ severity }) => severity === 'error')
  const chosen = environments.find((one) => one.name === environment)
  if (environment !== undefined && chosen === undefined) {
    if (mistake !== undefined) return { problem: mistakeIn(file, mistake, 'cannot be used') }
    const known = environments.map((one) => one.name)
    return {
      problem: `There is no environment “${environment}”. ${known.length === 0 ? 'None is set up yet' : `Known: ${known.join(', ')}`}.`,
    }
  }
  // What a person wrote and mistyped must not become something else of the same name, such as an ssh alias.
  const wrong = refused.find((one) => one.environment === environment && one.profile === name)
  if (wrong !== undefined) {
    const { line, column } = wrong.why?.range.start ?? {}
    return {
      problem:
        wrong.why === undefined
          ? `The profile “${name}” in ${environment} has a mistake, so it leads nowhere. muster connections list says where it is in ${file}.`
          : `The profile “${name}” in ${environment} has a mistake, so it leads nowhere: ${wrong.why.message} Mend it in ${file}, at ${line}:${column}.`,
    }
  }
  const production = chosen?.production ?? false
  const profile = chosen?.profiles.find((one) => one.name === name)
  if (profile !== undefined) {
    if (profile.kind === kind) return { profile, production }
    return {
      problem: `The profile “${name}” in ${chosen?.name} is for ${profile.kind}, and the runbook's target needs ${kind}.`,
    }
  }
  return withoutProfile(chosen, kind, name, production)
}

/** Names that mean something by themselves: this laptop, a URL, an alias of the person's ssh configuration. */
function withoutProfile(
  chosen: Environment | undefined,
  kind: TargetKind,
  name: string,
  production: boolean,
): Resolved {
  switch (kind) {
    case 'local':
      return { profile: undefined, production }
    case 'http':
      if (/^https?:\/\//iu.test(name))
        return { profile: { kind: 'http', name, url: name }, production }
      break
    case 'ssh':
      return { profile: implicitSsh(name), production }
    case 'postgres':
    case 'redis':
      break
  }
  const names = chosen?.profiles.filter((one) => one.kind === kind).map((one) => one.name) ?? []
  const near = similar(name, names)
  const where =
    chosen === undefined ? 'no environment was chosen, so' : `in the environment “${chosen.name}”`
  return {
    problem: `This target needs a connection: ${where} there is no ${kind} profile “${name}”. Add it under Connections, or choose another profile for this target.${near === undefined ? '' : ` Did you mean “${near}”?`}`,
  }
}

function implicitSsh(name: string): SshProfile {
  return { kind: 'ssh', name, hosts: [name] }
}
