import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Notaries } from '../../../main/engine/evidence/notaries.ts'
import { createDeviceKeys } from '../../../main/hosts/device-keys.ts'
import { evolve } from '../../../main/core/run/evolve.ts'
import type { Clock, Crypto } from '../../../main/engine/ports.ts'
import { openStore } from '../../../main/store/open.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { started } from '../../store/support/samples.ts'

const clock: Clock = { wall: () => Date.now(), mono: () => Math.round(performance.now()) }
const crypto: Crypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  randomId: () => randomBytes(10).toString('hex'),
}

it('a run in which something happens is signed again and again, and a quiet one is not', async () => {
  const folder = temporaryFolder('interval')
  const data = join(folder.path, 'data')
  const store = openStore({ folder: data, clock, crypto })
  const notaries = new Notaries({
    store,
    deviceKeys: createDeviceKeys({ store, data, clock }),
    clock,
    crypto,
    everyMs: 10,
    trouble: (_source, message) => {
      if (message !== undefined) throw new Error(message)
    },
  })
  try {
    const sizes = (): readonly number[] => store.checkpoints.list('r1').map(({ size }) => size)
    const first = store.log.append('r1', 'Ada', [started('One')])
    const [event] = first
    if (event === undefined) throw new Error('nothing was recorded')
    const state = evolve(undefined, event)
    notaries.recorded('r1', first, state)
    expect(sizes()).toEqual([1])
    const note = { type: 'note.added', data: { kind: 'note', text: 'Seen' } } as const
    notaries.recorded('r1', store.log.append('r1', 'Ada', [note]), state)
    // Not at once: a note is none of the moments that are signed.
    expect(sizes()).toEqual([1])
    await until('the note is signed', () => sizes().includes(2))
    notaries.recorded('r1', store.log.append('r1', 'Ada', [note, note]), state)
    await until('the others are signed', () => sizes().includes(4))
    // Ticks between them signed nothing, for nothing had happened.
    expect(sizes()).toEqual([1, 2, 4])
    expect(store.checkpoints.list('r1').map(({ why }) => why)).toEqual([
      'start',
      'interval',
      'interval',
    ])
  } finally {
    notaries.close()
    store.close()
    folder.remove()
  }
})
