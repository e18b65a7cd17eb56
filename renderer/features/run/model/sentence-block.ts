import { durationText } from './duration.ts'
import type { PlanNames } from './names.ts'
import { quoted, type BodyOf, type Sentence } from './sentence.ts'
import { RUNG_WORDS, gateSummary, outcomeText } from './words.ts'

/** What was executed, and how it ended. */
export function blockSentence(
  body: BodyOf<
    | 'block.started'
    | 'block.finished'
    | 'block.stopping'
    | 'block.resolved'
    | 'terminal.opened'
    | 'terminal.closed'
  >,
  who: string,
  names: PlanNames,
): Sentence {
  switch (body.type) {
    case 'block.started': {
      const { block, target, attempt, text, edited, again, retry } = body.data
      const verb =
        retry === true ? 'Muster retried' : attempt > 1 ? `${who} ran again` : `${who} ran`
      const how = edited === undefined ? '' : ', edited'
      const count = attempt > 1 ? ` (attempt ${attempt})` : ''
      return {
        text: `${verb} ${names.blockName(block)} on ${target}${how}${count}: ${firstLine(text)}`,
        ...quoted(edited?.reason ?? again?.reason),
        tone: edited === undefined ? 'info' : 'warning',
        groups:
          edited === undefined && again?.reason === undefined
            ? ['commands']
            : ['commands', 'deviations'],
      }
    }
    case 'block.finished': {
      const { block, outcome, passed, gates, durationMs, unrecorded } = body.data
      const summary = gateSummary(gates)
      const known = outcome.kind === 'exited' || outcome.kind === 'responded'
      const lost =
        unrecorded === undefined ? '' : ` ${unrecorded} bytes of its output could not be recorded.`
      return {
        text: `${capital(names.blockName(block))} ${passed ? 'passed' : outcome.kind === 'unknown' ? 'has an unknown outcome' : 'failed'}: it ${outcomeText(outcome)} after ${durationText(durationMs)}${summary === undefined || (passed && gates.length < 2) ? '' : ` (${lower(summary)})`}.${lost}`,
        tone: passed ? 'good' : known ? 'bad' : outcome.kind === 'unknown' ? 'unknown' : 'bad',
        groups: passed ? ['commands'] : ['commands', 'deviations'],
        strong: !passed,
      }
    }
    case 'block.stopping':
      return {
        text: `${who} ${body.data.rung === 'terminate' ? 'asked to end' : RUNG_WORDS[body.data.rung].past} ${names.blockName(body.data.block)}.`,
        tone: 'warning',
        groups: ['people', 'commands'],
      }
    case 'block.resolved':
      return {
        text: `${who} settled ${names.blockName(body.data.block)} as ${body.data.as}.`,
        quote: body.data.reason,
        tone: 'warning',
        groups: ['people', 'commands', 'deviations'],
        strong: true,
      }
    case 'terminal.opened':
      return {
        text: `${who} opened a terminal on ${body.data.target}.`,
        tone: 'info',
        groups: ['commands'],
      }
    case 'terminal.closed':
      return {
        text: `The terminal on ${body.data.target} closed after ${durationText(body.data.durationMs)}; it ${outcomeText(body.data.outcome)}.`,
        tone: 'neutral',
        groups: ['commands'],
      }
  }
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
