import process from 'node:process'

const EVERY_MS = 500

/**
 * Ends this process in order when the npm that runs the given script has gone: npm hands SIGTERM only to the shell between
 * them, which does not hand it on, and a server that nobody sees would go on.
 */
export function endWithNpm(script) {
  if (process.env.npm_lifecycle_event !== script) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, EVERY_MS)
  timer.unref()
}
