import { parseArgs } from 'node:util'
import { dataFolder } from '../data-folder.ts'
import { serve } from './serve.ts'

/** What `npm start` runs where there is no Electron. The same as `muster serve`. */

try {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      port: { type: 'string' },
      'no-open': { type: 'boolean' },
    },
  })
  const port = values.port === undefined ? 0 : Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`“${values.port}” is not a port.`)
  process.exitCode = await serve({
    data: dataFolder(process.env, process.argv),
    port,
    open: values['no-open'] !== true,
  })
} catch (error) {
  process.stderr.write(`muster: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
