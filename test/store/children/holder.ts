/** Opens a data folder, says how, appends an event, and stays until it is killed or its input ends. */
import { openStore } from '../../../main/store/open.ts'
import { clock, crypto, note, started } from '../support/samples.ts'

const [folder = '', run = 'r1'] = process.argv.slice(2)
const store = openStore({ folder, clock, crypto, readOnlyIfLocked: true })
if (store.readOnly === undefined) {
  const seq = store.log.append(run, 'child', [started('Held'), note('held')]).at(-1)?.seq
  process.stdout.write(`writing ${seq}\n`)
} else {
  process.stdout.write(`${store.readOnly}\n`)
}
process.stdin.on('data', () => {
  const seq = store.log.append(run, 'child', [note('more')]).at(-1)?.seq
  process.stdout.write(`appended ${seq}\n`)
})
process.stdin.on('end', () => store.close())
