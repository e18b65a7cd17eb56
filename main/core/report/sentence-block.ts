import { statusAfter } from '../run/evolve.ts'
import { gateOfHosts } from '../run/fan-out.ts'
import { bytesText, durationText } from './duration.ts'
import type { PlanNames } from './names.ts'
import { quoted, type BodyOf, type Sentence } from './sentence.ts'
import { RUNG_WORDS, gateSummary, outcomeResult, outcomeText } from './words.ts'

/** What was executed, and how it ended. */
export function blockSentence(
  body: BodyOf<
    | 'block.started'
    | 'block.finished'
    | 'attachment.added'
    | 'block.stopping'
    | 'block.batch-started'
    | 'block.host-finished'
    | 'block.batch-checked'
    | 'block.resolved'
    | 'terminal.opened'
    | 'terminal.closed'
  >,
  who: string,
  names: PlanNames,
): Sentence {
  switch (body.type) {
    case 'block.started': {
      const { block, target, attempt, text, edited, again, retry, hosts } = body.data
      const verb =
        retry === true ? 'Muster retried' : attempt > 1 ? `${who} ran again` : `${who} ran`
      const how = edited === undefined ? '' : ', edited'
      const on = hosts === undefined ? target : `${target} (${someHosts(hosts)})`
      const count = attempt > 1 ? ` (attempt ${attempt})` : ''
      return {
        text: `${verb} ${names.blockName(block)} on ${on}${how}${count}: ${firstLine(text)}`,
        ...quoted(edited?.reason ?? again?.reason),
        tone: edited === undefined ? 'info' : 'warning',
        groups:
          edited === undefined && again?.reason === undefined
            ? ['commands']
            : ['commands', 'deviations'],
      }
    }
    case 'block.finished':
      return finishedSentence(body.data, names)
    case 'block.batch-started': {
      const { batch, hosts, block } = body.data
      return {
        text: `Batch ${batch} of ${names.blockName(block)} began on ${someHosts(hosts)}.`,
        tone: 'info',
        groups: ['commands'],
      }
    }
    case 'block.batch-checked': {
      const { batch, block, check, passed, hosts } = body.data
      const when = batch === 0 ? 'Before the first batch' : `After batch ${batch}`
      const not = hosts.filter((host) => !host.passed).map(({ host }) => host)
      return {
        text: passed
          ? `${when} of ${names.blockName(block)}, ${names.blockName(check)} passed on ${someHosts(hosts.map(({ host }) => host))}.`
          : `${when} of ${names.blockName(block)}, ${names.blockName(check)} did not pass on ${someHosts(not)}: no further batch starts.`,
        tone: passed ? 'good' : 'bad',
        groups: passed ? ['commands'] : ['commands', 'deviations'],
        strong: !passed,
      }
    }
    case 'block.host-finished': {
      const { host, ...data } = body.data
      const sentence = finishedSentence(data, names)
      return { ...sentence, text: `${host}: ${sentence.text}` }
    }
    case 'attachment.added': {
      const { name, size, source, step, caption, redacted } = body.data
      if (source === undefined)
        return {
          text: `${who} attached “${name}”, ${bytesText(size)}${step === undefined ? '' : `, to ${names.quoted(step)}`}.${redacted === true ? ' Secrets in it were taken out.' : ''}`,
          ...(caption !== undefined && { quote: caption }),
          tone: 'info',
          groups: ['people'],
        }
      const from = `, from ${source.path}${source.host === undefined ? '' : ` on ${source.host}`}`
      return {
        text: `“${name}” is kept with the run: ${bytesText(size)}${from}.`,
        tone: 'neutral',
        groups: ['commands'],
      }
    }
    case 'block.stopping':
      return {
        text: `${who} ${body.data.rung === 'terminate' ? 'asked to end' : RUNG_WORDS[body.data.rung].past} ${names.blockName(body.data.block)}${body.data.host === undefined ? '' : ` on ${body.data.host}`}.`,
        tone: 'warning',
        groups: ['people', 'commands'],
      }
    case 'block.resolved':
      return {
        text: `${who} settled ${names.blockName(body.data.block)}${body.data.host === undefined ? '' : ` on ${body.data.host}`} as ${body.data.as}.`,
        quote: body.data.reason,
        tone: 'warning',
        groups: ['people', 'commands', 'deviations'],
        strong: true,
      }
    case 'terminal.opened':
      return {
        text: `${who} opened a terminal on ${terminalPlace(body.data)}.`,
        tone: 'info',
        groups: ['commands'],
      }
    case 'terminal.closed':
      return {
        text: `The terminal on ${terminalPlace(body.data)} closed after ${durationText(body.data.durationMs)}; it ${outcomeText(body.data.outcome)}.`,
        tone: 'neutral',
        groups: ['commands'],
      }
  }
}

function terminalPlace(of: {
  readonly target: string
  readonly host?: string | undefined
}): string {
  return of.host === undefined ? of.target : `${of.host} of ${of.target}`
}

/** Hosts named in a sentence. */
const NAMED = 6

function someHosts(hosts: readonly string[]): string {
  const more = hosts.length > NAMED ? ` and ${hosts.length - NAMED} more` : ''
  return `${hosts.slice(0, NAMED).join(', ')}${more}`
}

/** The first line of a command, cut to what fits a line of the timeline. */
function firstLine(text: string): string {
  const line = text.trim().split('\n')[0] ?? ''
  const cut = line.length > 72 ? `${line.slice(0, 71)}…` : line
  return text.trim().includes('\n') && !cut.endsWith('…') ? `${cut} …` : cut
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** Of several hosts the worst one names the outcome: `cancelled` is only that some had no turn. */
const UNCLEAR: ReadonlySet<string> = new Set(['unknown', 'disconnected', 'timed-out', 'signalled'])

function finishedSentence(
  data: Omit<BodyOf<'block.host-finished'>['data'], 'host'>,
  names: PlanNames,
): Sentence {
  const { block, outcome, passed, gates, durationMs, unrecorded, notice } = data
  const verb = names.block(block)?.verb ?? 'run'
  const status = statusAfter(verb, outcome, passed)
  const name = names.blockName(block)
  const lost =
    unrecorded === undefined ? '' : ` ${bytesText(unrecorded)} of its output could not be recorded.`
  const telling = gates.length > 1 || gates.some((gate) => !gate.passed && gate.gate !== 'outcome')
  const summary = telling ? ` (${lower(gateSummary(gates) ?? '')})` : ''
  const result = outcomeResult(status, outcome, durationMs, verb)
  const hosts = gateOfHosts(gates)
  if (hosts !== undefined) {
    const unclear = UNCLEAR.has(outcome.kind)
    return {
      text: `${capital(name)} ${passed ? 'passed' : 'did not pass'} on ${hosts.wanted} after ${durationText(durationMs)}: ${hosts.seen}.`,
      tone: passed ? 'good' : unclear ? 'unknown' : 'bad',
      groups: passed ? ['commands'] : ['commands', 'deviations'],
      strong: !passed,
    }
  }
  return {
    text: `${capital(name)} ${lower(result)}${summary}.${lost}${notice === undefined ? '' : ` ${notice}`}`,
    tone: passed ? 'good' : status === 'unknown' ? 'unknown' : 'bad',
    groups: passed ? ['commands'] : ['commands', 'deviations'],
    strong: !passed,
  }
}
