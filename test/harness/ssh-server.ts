import { generateKeyPairSync } from 'node:crypto'
import ssh2 from 'ssh2'
import type { AuthContext } from 'ssh2'

/** A server made with the ssh2 library, for what a real sshd cannot be asked without accounts of the system: passwords and questions. */

export interface SshServer {
  readonly port: number
  /** What was offered, in order: `password wrong`, `keyboard-interactive red,blue`. */
  readonly attempts: readonly string[]
  close(): Promise<void>
}

export interface SshServerOptions {
  readonly password?: string
  /** Prompts, and the answers that are right. */
  readonly questions?: readonly {
    readonly prompt: string
    readonly echo: boolean
    readonly answer: string
  }[]
}

/** Starts one on a free port of 127.0.0.1. Every command prints itself and exits with 0. */
export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const { password, questions } = options
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const attempts: string[] = []
  const methods: ('password' | 'keyboard-interactive')[] = [
    ...(password === undefined ? [] : (['password'] as const)),
    ...(questions === undefined ? [] : (['keyboard-interactive'] as const)),
  ]
  function decide(context: AuthContext): void {
    if (context.method === 'password') {
      attempts.push(`password ${context.password}`)
      if (context.password === password) return context.accept()
    } else if (context.method === 'keyboard-interactive' && questions !== undefined) {
      context.prompt(
        questions.map(({ prompt, echo }) => ({ prompt, echo })),
        'Two questions',
        'Please answer.',
        (answers) => {
          attempts.push(`keyboard-interactive ${answers.join(',')}`)
          if (answers.join('\0') === questions.map(({ answer }) => answer).join('\0'))
            context.accept()
          else context.reject(methods)
        },
      )
      return
    }
    context.reject(methods)
  }
  const connections = new Set<{ end(): void }>()
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('close', () => connections.delete(connection))
    connection.on('authentication', decide)
    connection.on('session', (acceptSession) => {
      acceptSession().on('exec', (accept, _reject, { command }) => {
        const channel = accept()
        channel.write(`${command}\n`)
        channel.exit(0)
        channel.end()
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const place: unknown = server.address()
  const port = typeof place === 'object' && place !== null ? Number(Reflect.get(place, 'port')) : 0
  return {
    port,
    attempts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const connection of connections) connection.end()
      }),
  }
}
