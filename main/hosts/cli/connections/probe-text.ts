import type { Probe, ProbeStage, TargetProbe } from '../../../contract/connections.ts'
import type { Style } from '../console.ts'
import { printable } from '../printable.ts'

const STAGE_WORDS: Readonly<Record<ProbeStage['name'], string>> = {
  resolve: 'name',
  connect: 'connect',
  'host-key': 'host key',
  certificate: 'certificate',
  authenticate: 'authenticate',
  'first-query': 'first answer',
}

/** Says of which host the stages are, where they are of more than one: of several hosts, or of hops on the way. */
export class StageHosts {
  #of: string | undefined
  readonly #names = new Set<string>()

  /** The host that begins with this stage; undefined where it is still the same. */
  next({ name, of }: ProbeStage): string | undefined {
    const begins = of !== this.#of && (this.#of === undefined || this.#names.has(name))
    if (begins) this.#names.clear()
    this.#names.add(name)
    this.#of = of
    return begins ? of : undefined
  }
}

/** One stage of a connection, on one line. */
export function stageText(stage: ProbeStage, style: Style): string {
  const mark = stage.ok ? style('green', '✓') : style('red', '✗')
  const name = STAGE_WORDS[stage.name].padEnd(12)
  return `  ${mark} ${name} ${String(stage.durationMs).padStart(6)} ms  ${printable(stage.detail)}`
}

/** What came of it, after its stages. */
export function probeText(probe: Probe, style: Style): string {
  return style(probe.ok ? 'green' : 'red', printable(probe.summary))
}

/** One target of a runbook. */
export function targetText(result: TargetProbe, style: Style): string {
  const name = printable(result.target)
  if (result.problem !== undefined)
    return `  ${style('red', '✗')} ${name}: ${printable(result.problem)}`
  const where = printable(result.summary ?? '')
  const { probe } = result
  if (probe === undefined || probe.ok) return `  ${style('green', '✓')} ${name}: ${where}`
  return `  ${style('red', '✗')} ${name}: ${where}: ${printable(probe.summary)}`
}

/** Whether a target can be used. */
export function reached({ problem, probe }: TargetProbe): boolean {
  return problem === undefined && (probe === undefined || probe.ok)
}
