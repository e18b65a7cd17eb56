import { go } from '../../../app/route.ts'
import { runBlock } from '../step/block-commands.ts'
import type { Moment } from './key.ts'

/** Does what the one primary action offers. */
export function perform({ view, step, next }: Moment): void {
  const { open, select } = view.screen.getState()
  switch (next.kind) {
    case 'send': {
      const { command } = next
      if (command.type === 'run.finish') open({ kind: 'end' })
      else if (command.type === 'item.confirm')
        void view.perform(command, { kind: 'item', id: command.item })
      else if ('step' in command) void view.perform(command, { kind: 'step', id: command.step })
      else void view.perform(command, { kind: 'run' })
      return
    }
    case 'run': {
      const block = step?.blocks.find((one) => one.id === next.block)
      if (step !== undefined && block !== undefined) runBlock(view, step, block)
      return
    }
    case 'block':
      open({ kind: next.panel, block: next.block })
      return
    case 'decide':
      document.querySelector<HTMLElement>('[data-decision]')?.focus()
      return
    case 'roll-back-result':
      open({ kind: 'roll-back-result', step: next.step })
      return
    case 'go':
      select(undefined)
      return
    case 'report':
      go({ screen: 'report', run: view.run })
  }
}
