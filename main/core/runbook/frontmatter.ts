import { hostHasPassword, urlHasPassword } from '../connection/written-secrets.ts'
import { defined } from '../defined.ts'
import { compilePattern } from '../pattern/pattern.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { InputDeclaration, Range, Runbook, TargetDeclaration } from './model.ts'
import {
  frontmatterSchema,
  knownKeys,
  NAME,
  RESERVED_NAMES,
  type FrontmatterData,
} from './schemas.ts'
import { reportIssues, type YamlValue } from './yaml.ts'

/** The head of a runbook, from YAML that has already been read. */
export type Head = Pick<
  Runbook,
  'kind' | 'objectives' | 'roles' | 'inputs' | 'targets' | 'escalation'
> &
  Partial<Pick<Runbook, 'title' | 'system' | 'summary' | 'updates' | 'cadence' | 'drill'>>

export const EMPTY_HEAD: Head = {
  kind: 'checklist',
  objectives: {},
  roles: [],
  inputs: [],
  targets: [],
  escalation: [],
}

/** Of matching a default; a file may have many inputs, and is read within a second. */
const MOST_STEPS_OF_DEFAULT = 50_000
const MOST_STEPS_OF_DEFAULTS = 10_000_000

interface InputReading {
  readonly yaml: YamlValue
  readonly diagnostics: Diagnostics
  /** Of matching the default with the pattern. */
  readonly mostSteps: number
}

function input(
  name: string,
  declared: NonNullable<FrontmatterData['inputs']>[string],
  { yaml, diagnostics, mostSteps }: InputReading,
): InputDeclaration {
  const range = yaml.rangeOfKey(['inputs'], name)
  if (!NAME.test(name)) {
    diagnostics.add(
      'bad-name',
      range,
      `“${name}” cannot be an environment variable. Use letters, digits and underscores.`,
    )
  } else if (RESERVED_NAMES.has(name.toUpperCase())) {
    diagnostics.add(
      'reserved-name',
      range,
      `“${name}” already means something to shells and programs. Choose another name.`,
    )
  }
  const {
    label = name,
    required = false,
    secret = false,
    pattern,
    options,
    default: fallback,
  } = declared ?? {}
  const compiled = pattern === undefined ? undefined : compilePattern(pattern)
  if (compiled?.ok === false)
    diagnostics.add(
      'bad-pattern',
      yaml.rangeOf(['inputs', name, 'pattern']),
      `This pattern ${compiled.why}.`,
    )
  if (fallback !== undefined && fallback !== '') {
    const place = yaml.rangeOf(['inputs', name, 'default'])
    if (secret)
      diagnostics.add(
        'bad-default',
        place,
        'A secret in the file is no secret. Leave the default out.',
      )
    const matching = compiled?.ok ? compiled.matchWhole(fallback, mostSteps) : 'matches'
    if (matching === 'differs')
      diagnostics.add('bad-default', place, `The default does not match the pattern ${pattern}.`)
    if (matching === 'too-costly')
      diagnostics.add(
        'bad-default',
        place,
        'Whether the default matches the pattern takes too long to find out. Write a simpler pattern.',
      )
    if (options && !options.includes(fallback)) {
      diagnostics.add(
        'bad-default',
        place,
        `The default is not one of the options: ${options.join(', ')}.`,
      )
    }
  }
  return defined({
    name,
    label,
    required,
    secret,
    pattern: compiled?.ok ? pattern : undefined,
    options,
    default: fallback,
    range,
  })
}

function target(
  name: string,
  declared: NonNullable<FrontmatterData['targets']>[string],
  range: Range,
): TargetDeclaration {
  const one = (kind: TargetDeclaration['kind'], connection: string): TargetDeclaration => ({
    name,
    kind,
    connection,
    hosts: [],
    range,
  })
  if (declared === 'local' || 'local' in declared) return one('local', 'local')
  if ('ssh' in declared) {
    const hosts = typeof declared.ssh === 'string' ? [declared.ssh] : declared.ssh
    return { name, kind: 'ssh', connection: hosts[0] ?? name, hosts, range }
  }
  if ('postgres' in declared) return one('postgres', declared.postgres)
  if ('redis' in declared) return one('redis', declared.redis)
  return one('http', declared.http)
}

/** Checks the frontmatter and makes the head of it. What cannot be read is left out and said. */
export function readFrontmatter(yaml: YamlValue, diagnostics: Diagnostics): Head {
  const parsed = frontmatterSchema.safeParse(yaml.value, { reportInput: true })
  if (!parsed.success) {
    const described = {
      name: 'frontmatter',
      knownKeys: (path: readonly PropertyKey[]) => knownKeys('frontmatter', path),
    }
    reportIssues(described, parsed.error.issues, yaml, diagnostics)
  }
  const data = parsed.success ? parsed.data : salvage(yaml.value, parsed.error.issues)
  if (data === undefined) return EMPTY_HEAD
  const { objectives = {}, drill, updates } = data
  const inputs = Object.entries(data.inputs ?? {})
  const reading: InputReading = {
    yaml,
    diagnostics,
    mostSteps: Math.min(
      MOST_STEPS_OF_DEFAULT,
      Math.floor(MOST_STEPS_OF_DEFAULTS / Math.max(1, inputs.length)),
    ),
  }
  const targets = Object.entries(data.targets ?? {}).map(([name, declared]) =>
    target(name, declared, yaml.rangeOfKey(['targets'], name)),
  )
  for (const { name, kind, connection, hosts } of targets) {
    const secret =
      kind === 'ssh' ? hosts.some(hostHasPassword) : kind !== 'local' && urlHasPassword(connection)
    if (secret)
      diagnostics.add(
        'secret-in-file',
        yaml.rangeOf(['targets', name]),
        `The target ${name} has a password in it. Take it out of the runbook: a profile says where the password comes from, and “muster connections path” where profiles stand.`,
      )
  }
  for (const name of Object.keys(drill?.targets ?? {})) {
    if (!targets.some((known) => known.name === name)) {
      diagnostics.addUnknown(
        'drill-target-unknown',
        yaml.rangeOfKey(['drill', 'targets'], name),
        name,
        'a target of this runbook',
        targets.map((known) => known.name),
      )
    }
  }
  return defined({
    kind: data.kind,
    title: data.title,
    system: data.system,
    summary: data.summary,
    cadence: data.cadence,
    objectives: defined({ rtoMs: objectives.rto, rpoMs: objectives.rpo }),
    roles: data.roles ?? [],
    inputs: inputs.map(([name, declared]) => input(name, declared, reading)),
    targets,
    escalation: (data.escalation ?? []).map(({ after, to }) => ({ afterMs: after, to })),
    updates: updates && { everyMs: updates.every, to: updates.to },
    drill: drill && {
      targets: drill.targets ?? {},
      injects: (drill.injects ?? []).map(({ at, fault, expected }) => ({
        atMs: at,
        fault,
        expected,
      })),
    },
  })
}

/** What is right in a head with mistakes: later problems can then be found in the same reading. */
function salvage(
  value: unknown,
  issues: readonly {
    readonly path: readonly PropertyKey[]
    readonly code: string
    readonly keys?: readonly string[]
  }[],
): FrontmatterData | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const copy: Record<string, unknown> = { kind: 'checklist', ...value, runbook: 1 }
  for (const issue of issues) {
    const [top, second] = issue.path
    if (top === undefined) {
      for (const key of issue.keys ?? []) Reflect.deleteProperty(copy, key)
    } else if (top === 'kind') {
      copy['kind'] = 'checklist'
    } else if (typeof top === 'string') {
      // One bad input or target must not make all the others unknown.
      const map = copy[top]
      if (
        second !== undefined &&
        (top === 'inputs' || top === 'targets') &&
        typeof map === 'object' &&
        map !== null
      ) {
        copy[top] = Object.fromEntries(
          Object.entries(map).map(([name, entry]: [string, unknown]) => [
            name,
            name === second ? (top === 'inputs' ? null : 'local') : entry,
          ]),
        )
      } else Reflect.deleteProperty(copy, top)
    }
  }
  return frontmatterSchema.safeParse(copy).data
}
