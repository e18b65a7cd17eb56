import { statusAfter } from '../run/evolve-block.ts'
import type { ActionVerb } from '../runbook/model.ts'
import { bytesText, durationText } from './duration.ts'
import { markup, type Markup } from './markup.ts'
import type { Report, ReportAttempt, ReportStep } from './report.ts'
import { whoText } from './tree-parts.ts'
import { BLOCK_WORDS, outcomeResult, outcomeText, VERB_WORDS } from './words.ts'
import type { ReportClock } from './zone.ts'

/** What a report may show of an output: its beginning and its end. */
export interface Excerpt {
  readonly text: string
  /** Bytes of the whole output. */
  readonly bytes: number
  /** True where `text` is not all of it. */
  readonly cut: boolean
  /** The output was taken out of the record on purpose. */
  readonly redacted: boolean
  /** What it is instead of text, in words: then there is no text. */
  readonly kind?: string
}

/** Excerpts by the digest of their output. */
export type Excerpts = ReadonlyMap<string, Excerpt>

type Blob = NonNullable<ReportAttempt['stdout']>

function output(name: string, blob: Blob | undefined, excerpts: Excerpts): Markup | undefined {
  if (blob === undefined || blob.bytes === 0) return undefined
  const excerpt = excerpts.get(blob.sha256)
  const size = `${bytesText(blob.bytes)}, SHA-256 with salt `
  if (excerpt?.redacted === true)
    return markup`<p class="soft">${name}: redacted. <small>${size}<code>${blob.sha256}</code></small></p>`
  if (excerpt?.kind !== undefined)
    return markup`<p class="soft">${name}: ${excerpt.kind}, not shown. <small>${size}<code>${blob.sha256.slice(0, 16)}…</code></small></p>`
  return markup`<p class="soft">${name}${excerpt === undefined ? '' : excerpt.cut ? ', its beginning and end' : ''} <small>${size}<code>${blob.sha256.slice(0, 16)}…</code></small></p>
${excerpt === undefined ? undefined : markup`<pre class="output">${excerpt.text}</pre>`}`
}

/** Fits into a line with others. */
function isShort(text: string): boolean {
  return text.length <= 60 && !text.includes('\n')
}

function gates(attempt: Pick<ReportAttempt, 'gates'>): Markup | undefined {
  if (attempt.gates.length === 0) return undefined
  if (attempt.gates.every(({ passed, wanted, seen }) => passed && isShort(wanted + seen))) {
    const each = attempt.gates.map(
      ({ gate, wanted, seen }) => `${gate}: wanted ${wanted}, seen ${seen}`,
    )
    return markup`<p class="soft">Gates passed: ${each.join('; ')}.</p>`
  }
  return markup`<table><thead><tr><th>Gate</th><th>Wanted</th><th>Seen</th><th>Result</th></tr></thead><tbody>
${attempt.gates.map(({ gate, wanted, seen, passed }) => markup`<tr><td>${gate}</td><td class="words">${wanted}</td><td class="words">${seen}</td><td class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'not passed'}</td></tr>`)}
</tbody></table>`
}

function hosts(attempt: ReportAttempt, excerpts: Excerpts): Markup | undefined {
  if (attempt.hosts.length === 0) return undefined
  return markup`<table><caption>Hosts</caption><thead><tr><th>Host</th><th class="number">Batch</th><th>Outcome</th><th class="number">Took</th></tr></thead><tbody>
${attempt.hosts.map(
  ({ host, status, batch, outcome, durationMs }) =>
    markup`<tr><td>${host}</td><td class="number">${batch ?? ''}</td><td>${status}${outcome === undefined ? '' : `: ${outcomeText(outcome)}`}</td><td class="number">${durationMs === undefined ? '' : durationText(durationMs)}</td></tr>`,
)}
</tbody></table>
${attempt.hosts.map((host) => [output(`Output of ${host.host}`, host.stdout, excerpts), output(`Error output of ${host.host}`, host.stderr, excerpts)])}`
}

function attemptOf(
  verb: ActionVerb,
  attempt: ReportAttempt,
  excerpts: Excerpts,
  clock: ReportClock,
): Markup {
  const { number, by, target, place, text, edited, passed, resolution } = attempt
  return markup`<p>Attempt ${number}, by ${whoText(by)} on ${target}${place === undefined || place === target ? '' : ` (${place})`}, ${clock.both(attempt.startedAt)}${edited ? markup`, <strong class="warning">edited</strong>` : undefined}</p>
<p class="${passed === true ? 'good' : 'bad'}">${attemptResult(verb, attempt)}.</p>
<pre>${text}</pre>
${gates(attempt)}
${attempt.notice === undefined ? undefined : markup`<p>${attempt.notice}</p>`}
${attempt.unrecorded === undefined ? undefined : markup`<p class="bad">${bytesText(attempt.unrecorded)} of its output could not be recorded.</p>`}
${resolution === undefined ? undefined : markup`<p>${resolution.by} settled it as ${resolution.as}:</p><div class="quote">${resolution.reason}</div>`}
${output('Output', attempt.stdout, excerpts)}
${output('Error output', attempt.stderr, excerpts)}
${hosts(attempt, excerpts)}`
}

/** What an execution came to, in one sentence without its full stop. */
export function attemptResult(verb: ActionVerb, attempt: ReportAttempt): string {
  const { outcome, passed, durationMs } = attempt
  if (outcome === undefined) return 'No result was recorded'
  return outcomeResult(statusAfter(verb, outcome, passed === true), outcome, durationMs ?? 0, verb)
}

/** One step with everything that was sent and confirmed in it. */
export function stepDetail(step: ReportStep, excerpts: Excerpts, clock: ReportClock): Markup {
  if (step.items.length === 0 && step.blocks.every(({ attempts }) => attempts.length === 0)) {
    return markup`<p class="soft" id="s${step.number}">${step.number}. ${step.title}: nothing was sent or confirmed.</p>`
  }
  return markup`<section><h3 id="s${step.number}">${step.number}. ${step.title}</h3>
${
  step.items.length === 0
    ? undefined
    : markup`<ul>${step.items.map(({ text, confirmed }) => markup`<li>${confirmed === undefined ? markup`<span class="soft">Not confirmed:</span> ` : undefined}${text}${confirmed === undefined ? undefined : markup` <small>(${confirmed.by}, ${clock.both(confirmed.at)})</small>`}</li>`)}</ul>`
}
${step.blocks
  .filter(({ attempts }) => attempts.length > 0)
  .map(
    (
      block,
    ) => markup`<p><strong>${VERB_WORDS[block.verb]}</strong>, ${block.language}: <span class="${BLOCK_WORDS[block.status].tone}">${BLOCK_WORDS[block.status].word}</span></p>
${block.attempts.map((attempt) => attemptOf(block.verb, attempt, excerpts, clock))}`,
  )}
</section>`
}

/** Digests of the outputs a report shows something of: what did not pass first, then the rest in order. */
export function outputsOf(report: Report): readonly Blob[] {
  const wanted: { blob: Blob; passed: boolean }[] = []
  for (const step of report.steps) {
    for (const block of step.blocks) {
      for (const attempt of block.attempts) {
        const passed = attempt.passed === true
        for (const part of [attempt, ...attempt.hosts]) {
          if (part.stdout !== undefined) wanted.push({ blob: part.stdout, passed })
          if (part.stderr !== undefined) wanted.push({ blob: part.stderr, passed })
        }
      }
    }
  }
  return [...wanted.filter(({ passed }) => !passed), ...wanted.filter(({ passed }) => passed)].map(
    ({ blob }) => blob,
  )
}
