import { redisFindings } from '../redis/rules.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { Head } from './frontmatter.ts'
import { namesIn } from './names-in.ts'
import { blocksOf, type Block, type Step, type TargetKind } from './model.ts'
import { checkSeveralHosts } from './several-hosts.ts'
import type { StepPlaces } from './steps.ts'

/** Whether everything a runbook refers to exists, and stands where it can be known by then. */

const FITTING: Readonly<Record<Block['executor'], readonly TargetKind[]>> = {
  shell: ['local', 'ssh'],
  sql: ['postgres'],
  redis: ['redis'],
  http: ['http'],
  files: ['ssh'],
}

function checkTargets(
  head: Head,
  steps: readonly Step[],
  places: ReadonlyMap<string, StepPlaces>,
  diagnostics: Diagnostics,
): void {
  const kinds = new Map(head.targets.map(({ name, kind }) => [name, kind]))
  const used = new Set(Object.keys(head.drill?.targets ?? {}))
  for (const step of steps) {
    const place = places.get(step.id)
    if (step.target !== undefined) {
      used.add(step.target)
      if (!kinds.has(step.target)) {
        diagnostics.addUnknown(
          'target-unknown',
          place?.rangeOf('on') ?? step.range,
          step.target,
          'a target of this runbook',
          [...kinds.keys()],
        )
      }
    }
    for (const block of blocksOf(step)) {
      if (block.target === undefined) {
        diagnostics.add(
          'target-missing',
          block.range,
          'This block says nowhere where it runs. Put “on: NAME” into the yaml step block, or on=NAME behind the verb.',
        )
        continue
      }
      used.add(block.target)
      const kind = kinds.get(block.target)
      if (kind === undefined) {
        if (block.target !== step.target) {
          diagnostics.addUnknown(
            'target-unknown',
            block.range,
            block.target,
            'a target of this runbook',
            [...kinds.keys()],
          )
        }
      } else if (!FITTING[block.executor].includes(kind)) {
        diagnostics.add(
          'target-kind',
          block.range,
          `${block.language} cannot run on “${block.target}”, which is a ${kind} target. It needs ${FITTING[block.executor].join(' or ')}.`,
        )
      }
    }
  }
  for (const { name, range } of head.targets) {
    if (!used.has(name))
      diagnostics.add('target-unused', range, `No step uses the target “${name}”.`)
  }
}

function checkRisk(step: Step, place: StepPlaces | undefined, diagnostics: Diagnostics): void {
  const range = place?.declaration ?? step.range
  const acts = blocksOf(step).some(({ verb }) => verb !== 'check')
  if (step.risk === 'destructive' && acts && step.target === undefined) {
    diagnostics.add(
      'destructive-incomplete',
      range,
      'A destructive step names its target in the visible yaml step block: on: NAME.',
    )
  }
  for (const block of blocksOf(step)) {
    const elsewhere = block.target !== undefined && block.target !== step.target
    if (
      step.risk === 'destructive' &&
      step.target !== undefined &&
      block.verb !== 'check' &&
      elsewhere
    ) {
      diagnostics.add(
        'destructive-elsewhere',
        block.range,
        `This destructive step names “${step.target}”, but the block acts on “${block.target}”, which readers do not see. Make a step of its own for it.`,
      )
    }
  }
  for (const block of blocksOf(step)) {
    if (block.verb === 'upload' && step.risk === 'safe')
      diagnostics.add(
        'upload-safe',
        block.range,
        'An upload changes the host. Say risk: caution, or destructive, in the yaml step block.',
      )
  }
  if (step.retry && step.risk === 'destructive') {
    diagnostics.add(
      'retry-destructive',
      place?.rangeOf('retry') ?? range,
      'Something destructive is never repeated by itself. Remove retry.',
    )
  }
}

function checkOrder(
  steps: readonly Step[],
  places: ReadonlyMap<string, StepPlaces>,
  diagnostics: Diagnostics,
): void {
  const indexes = new Map(steps.map(({ id }, index) => [id, index]))
  const options = new Map<string, number>()
  for (const [index, step] of steps.entries()) {
    for (const { id } of step.decide?.options ?? []) {
      if (!options.has(id)) options.set(id, index)
      options.set(`${step.id}/${id}`, index)
    }
  }
  for (const [index, step] of steps.entries()) {
    const place = places.get(step.id)
    for (const needed of step.needs) {
      const at = indexes.get(needed)
      const range = place?.rangeOf('needs') ?? step.range
      if (at === undefined)
        diagnostics.addUnknown('needs-unknown', range, needed, 'a step of this runbook', [
          ...indexes.keys(),
        ])
      else if (at >= index)
        diagnostics.add(
          'needs-later',
          range,
          `“${needed}” is not before this step, so it cannot be needed by it.`,
        )
    }
    for (const reference of step.when) {
      const at = options.get(reference)
      const range = place?.rangeOf('when') ?? step.range
      if (at === undefined)
        diagnostics.addUnknown('when-unknown', range, reference, 'an option of a decision', [
          ...options.keys(),
        ])
      else if (at >= index)
        diagnostics.add('when-later', range, `“${reference}” is decided in this step or after it.`)
    }
  }
}

function checkNames(head: Head, steps: readonly Step[], diagnostics: Diagnostics): void {
  const known = new Set(head.inputs.map(({ name }) => name))
  for (const step of steps) {
    for (const block of blocksOf(step)) {
      for (const name of new Set(namesIn(block))) {
        if (!known.has(name)) {
          diagnostics.addUnknown(
            'name-undefined',
            block.range,
            name,
            'an input, nor captured by an earlier block',
            [...known],
          )
        }
      }
      if (block.capture === undefined) continue
      if (known.has(block.capture)) {
        diagnostics.add(
          'capture-duplicate',
          block.range,
          `“${block.capture}” is an input or a capture already.`,
        )
      }
      known.add(block.capture)
    }
  }
}

function checkRedis(step: Step, diagnostics: Diagnostics): void {
  for (const block of blocksOf(step)) {
    if (block.executor !== 'redis') continue
    for (const { code, line, message, suggestion } of redisFindings(block.code, {
      verb: block.verb,
      risk: step.risk,
    })) {
      diagnostics.add(code, block.range, `Line ${line} of this block: ${message}`, suggestion)
    }
  }
}

/** Only https shows a certificate to the one who asks. */
function checkCertificates(step: Step, diagnostics: Diagnostics): void {
  for (const block of blocksOf(step)) {
    for (const { mode, range } of block.expectations) {
      if (mode === 'certificate' && block.executor !== 'http')
        diagnostics.add('expect-invalid', range, 'match=certificate belongs to http blocks.')
    }
  }
}

/** All checks that need the whole file. */
export function checkReferences(
  head: Head,
  steps: readonly Step[],
  places: ReadonlyMap<string, StepPlaces>,
  diagnostics: Diagnostics,
): void {
  checkTargets(head, steps, places, diagnostics)
  checkOrder(steps, places, diagnostics)
  checkNames(head, steps, diagnostics)
  checkSeveralHosts(head, steps, places, diagnostics)
  const roles = new Set(['commander', ...head.roles])
  for (const step of steps) {
    const place = places.get(step.id)
    checkRisk(step, place, diagnostics)
    checkRedis(step, diagnostics)
    checkCertificates(step, diagnostics)
    if (step.approve && !roles.has(step.approve.role)) {
      diagnostics.addUnknown(
        'role-unknown',
        place?.rangeOf('approve') ?? step.range,
        step.approve.role,
        'a role of this runbook',
        [...roles],
      )
    }
  }
}
