import { blocksOf, type Runbook } from '../../../core/runbook/model.ts'
import type { Trust } from '../../../contract/requests.ts'
import { printable } from '../printable.ts'
import type { Style } from '../console.ts'
import type { Prompter } from './prompter.ts'

/** Everything a runbook would execute, exactly, with where. */
export function executesText(runbook: Runbook, style: Style): string {
  const lines: string[] = []
  for (const step of runbook.steps) {
    for (const block of blocksOf(step)) {
      const target = block.target ?? step.target
      const risk = step.risk === 'destructive' ? style(['red', 'bold'], ' DESTRUCTIVE') : ''
      lines.push(
        `${style('bold', printable(step.title))}${risk}: ${block.verb} ${target === undefined ? 'where you choose' : `on ${printable(target)}`}, ${printable(block.language)}`,
        ...printable(block.code)
          .split('\n')
          .map((line) => `  ${style('dim', '┃')} ${line}`),
      )
    }
  }
  return lines.join('\n')
}

/** Shows what a file that nobody has accepted yet would execute, and asks. True: accepted. */
export async function askTrust(
  prompter: Prompter,
  runbook: Runbook,
  trust: Trust,
  terminal: { readonly tell: (text: string) => void; readonly style: Style },
): Promise<boolean> {
  const { tell, style } = terminal
  tell(
    trust === 'changed'
      ? 'This runbook has changed since it was accepted. It would execute:'
      : 'This runbook has not been run here before. It would execute:',
  )
  const executes = executesText(runbook, style)
  tell(executes === '' ? '  nothing' : executes)
  const answer = await prompter.ask('Accept exactly this content? yes / no: ')
  return /^y(?:es)?$/iu.test(answer.trim())
}
