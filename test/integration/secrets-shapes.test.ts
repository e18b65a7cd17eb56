import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { book, fence, openBench, type Bench } from '../engine/support/engine.ts'
import { generateKey, startSshd, type Sshd } from '../harness/sshd.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { commandLines, folderLacks, lacks, piecesOf } from './searching.ts'

/** Secrets as real programs write them, cut in the middle, quoted back by gates and errors, and beside the engine: in arguments and temporary files. */

/** As long as tokens are: base64 takes several lines for it. */
const TOKEN = `eyJ${'tOken-of_many.parts+and/more='.repeat(5)}`
const NASTY = `pä'ss "w$rd" \\n <&> 100%`
const INPUTS =
  'inputs: { TOKEN: { label: Token, secret: true, required: true }, NASTY: { label: Nasty, secret: true, required: true } }\n'

/** Every line of what this prints has a secret in it, or a part of one. */
const SHAPES = `
printf '%s' "$TOKEN" | base64
printf 'user:%s' "$TOKEN" | base64
printf '%s' "$TOKEN" | openssl base64
printf '%s' "$TOKEN" | od -An -tx1
printf '%s' "$TOKEN" | od -An -v -w30 -tx1 | tr -d ' '
printf '%q\\n' "$NASTY"
printf '%s\\n' "\${NASTY@Q}"
export -p | grep -E 'NASTY|TOKEN'
set -x; : "$NASTY" "$TOKEN"; { set +x; } 2>/dev/null
perl -MJSON::PP -e 'print JSON::PP->new->ascii->encode([map { utf8::decode($_); $_ } $ENV{NASTY}]), "\\n"'
python3 -c 'import os,json,html,urllib.parse as u; n=os.environ["NASTY"]; print(json.dumps(n)); print(repr(n)); print(html.escape(n)); print(u.quote(n)); print(u.quote_plus(n)); print(u.quote(n, safe=""))'
node -p 'JSON.stringify({ n: process.env.NASTY }) + encodeURI(process.env.NASTY)'
node -p 'new URLSearchParams({ n: process.env.NASTY }).toString() + Buffer.from(process.env.NASTY, "utf16le").toString("base64")'
`

let folder: TemporaryFolder
let bench: Bench

beforeAll(() => {
  folder = temporaryFolder('shapes')
})
afterAll(() => folder.remove())
beforeEach(() => {
  bench = openBench()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await bench.close()
})

async function performed(body: string, blocks: number): Promise<string> {
  const run = await bench.start(bench.write('shapes.md', book(body, INPUTS)), { TOKEN, NASTY })
  await bench.command(run, { type: 'step.begin', step: 'one' })
  for (let block = 1; block <= blocks; block++) {
    await bench.command(run, { type: 'block.run', block: `one/${block}` })
    await bench.settled(run, `one/${block}`)
  }
  return run
}

test('as a dozen programs write them, in lines and in groups, not one line of them is left', async () => {
  const plain = execFileSync('bash', ['-c', `exec 2>&1\n${SHAPES}`], {
    env: { ...process.env, TOKEN, NASTY },
    encoding: 'utf8',
  })
  const lines = plain.split('\n').flatMap((line) => {
    const bare = line.trim()
    return bare.length < 12 ? [] : [bare]
  })
  expect(lines.length).toBeGreaterThan(25)
  const run = await performed(fence('bash run', SHAPES), 1)
  const shown = Buffer.concat(
    bench.pushes.flatMap((push) =>
      push.push === 'stream.data' ? [Buffer.from(push.data.base64, 'base64')] : [],
    ),
  )
  lacks(shown, lines, 'the terminal')
  expect(shown.toString().match(/\[redacted\]/gu)?.length).toBeGreaterThan(15)
  lacks(JSON.stringify(await bench.events(run)), lines, 'the events')
  folderLacks(bench.data, lines)
})

test('gates and captures quote a piece of an output, and never a piece of a secret', async () => {
  const filler = 'x'.repeat(130)
  const run = await performed(
    [
      // Differs in the middle of it.
      fence('bash run', 'printf %s "$NASTY"') +
        fence('text expect match=exact', `${NASTY.slice(0, 5)}?`),
      // The excerpt ends in the middle of it.
      fence('bash run', `printf '${filler} %s' "$TOKEN"`) +
        fence('text expect match=contains', 'nothing like it'),
      fence('bash run', `printf '{"a":{"b":"${'y'.repeat(120)} %s"}}' "$TOKEN"`) +
        fence('json expect', '{"a":{"b":"c"}}'),
      // The capture ends in the middle of it, and passes.
      fence('bash run capture=LONG', `head -c 4040 /dev/zero | tr '\\0' z; printf %s "$TOKEN"`),
      // An output that ends before the secret does.
      fence('bash run', 'printf %.90s "$TOKEN"'),
    ].join('\n'),
    5,
  )
  const events = await bench.events(run)
  const gates = events.flatMap((event) =>
    event.type === 'block.finished' ? event.data.gates.map(({ seen }) => seen) : [],
  )
  expect(gates.filter((seen) => seen.includes('[redacted]')).length).toBeGreaterThan(2)
  const pieces = [...piecesOf(NASTY, 8), ...piecesOf(TOKEN, 20)]
  lacks(JSON.stringify(events).replaceAll('\\\\', '\\'), pieces, 'the events')
  lacks(JSON.stringify(events), pieces, 'the events')
})

test('what a connection has learned is refused in an edit, and taken out of what a test of another one says', async () => {
  const server = createServer((_request, response) => response.end('fine'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    vi.stubEnv('SHAPES_TOKEN', TOKEN)
    mkdirSync(bench.data, { recursive: true })
    writeFileSync(
      join(bench.data, 'connections.yaml'),
      `connections: 1
environments:
  staging:
    profiles:
      first: { http: "http://127.0.0.1:${portOf(server)}", bearer: { env: SHAPES_TOKEN } }
      second: { http: "http://127.0.0.1:${portOf(server)}", bearer: { command: [sh, -c, "echo is it $SHAPES_TOKEN ? >&2; exit 1"] } }
`,
    )
    const tried = async (profile: string) =>
      await bench.connection.request('connections.test', { probe: 'a', profile })
    expect((await tried('first')).ok).toBe(true)
    const run = await bench.start(
      bench.write(
        'edit.md',
        book(fence('http run', 'GET http://127.0.0.1:1/')).replace(
          'laptop: local',
          'laptop: { http: "http://127.0.0.1:1" }',
        ),
      ),
    )
    await bench.command(run, { type: 'step.begin', step: 'one' })
    const pieces = piecesOf(TOKEN, 20)
    for (const text of [TOKEN, encodeURIComponent(TOKEN)]) {
      const refused = await bench.command(run, {
        type: 'block.run',
        block: 'one/1',
        edit: { text: `GET http://127.0.0.1:1/?token=${text}`, reason: 'faster' },
      })
      expect(refused).toMatchObject({ ok: false, code: 'secret-in-text' })
    }
    const second = await tried('second')
    expect(second).toMatchObject({ ok: false, summary: expect.stringContaining('[redacted]') })
    lacks(JSON.stringify([second, bench.pushes]), pieces, 'what is said')
    folderLacks(bench.data, pieces)
  } finally {
    server.close()
    await once(server, 'close')
  }
})

test.for(['ssh2', 'openssh'] as const)(
  'over %s no process has a secret in its arguments, and no temporary file has one',
  async (transport) => {
    const sshd: Sshd = await startSshd(join(folder.path, `sshd-${transport}`))
    try {
      const locked = join(sshd.folder, 'locked')
      generateKey(locked)
      const passphrase = 'pass "phrase" that opens'
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', locked])
      writeFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${locked}.pub`))
      const temporary = join(sshd.folder, 'tmp')
      mkdirSync(temporary)
      vi.stubEnv('TMPDIR', temporary)
      vi.stubEnv('SHAPES_PASSPHRASE', passphrase)
      await bench.connection.request('connections.saveEnvironment', {
        name: 'a',
        production: false,
      })
      await bench.connection.request('connections.save', {
        environment: 'a',
        profile: sshd.profile({
          name: 'host',
          transport,
          identityFiles: [locked],
          passphrase: { from: 'environment', name: 'SHAPES_PASSPHRASE' },
        }),
      })
      const started = join(sshd.folder, 'started')
      const goOn = join(sshd.folder, 'go-on')
      const path = bench.write(
        'over.md',
        book(
          fence(
            'bash run',
            `echo "$TOKEN" "$NASTY"; touch ${started}; until [ -e ${goOn} ]; do sleep 0.1; done; env; cat /proc/self/environ`,
          ),
          INPUTS,
        ).replace('laptop: local', 'laptop: { ssh: host }'),
      )
      const { sha256 } = await bench.connection.request('library.read', { path })
      const { run } = await bench.connection.request('runs.start', {
        path,
        sha256,
        mode: 'live',
        inputs: { TOKEN, NASTY },
        commander: 'Ada',
        acceptContent: true,
        environment: 'a',
      })
      await bench.connection.request('runs.follow', { run, follow: true })
      await bench.command(run, { type: 'step.begin', step: 'one' })
      await bench.command(run, { type: 'block.run', block: 'one/1' })
      await until('the block runs', () => existsSync(started))
      const secrets = [TOKEN, NASTY, passphrase, ...piecesOf(TOKEN, 40)]
      lacks(commandLines(), secrets, 'a command line')
      folderLacks(sshd.folder, [TOKEN, NASTY, passphrase])
      folderLacks(bench.data, secrets)
      writeFileSync(goOn, '')
      const state = await bench.settled(run, 'one/1')
      expect(state.blocks['one/1']?.status).toBe('passed')
      lacks(JSON.stringify(bench.pushes), secrets, 'the pushes')
      folderLacks(bench.data, secrets)
    } finally {
      await bench.reopen()
      await sshd.close()
    }
  },
)

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
