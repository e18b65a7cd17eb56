import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { pageScript } from './page.mjs'
import { MessageChannelMain } from './ports.mjs'

/**
 * Stands for Electron's API in the real, built main process: windows are pages of a Chromium that the test started,
 * utility processes are Node processes, dialogs and the shell are recorded. It proves that the bundles load, that
 * channels and payloads fit, that the preload uses no Node, that the policy applies and that crashes are survived. It
 * cannot prove the operating system's sandbox, fuses, asar, native modules inside Electron, real dialogs and keyrings.
 * Whatever it does not know throws.
 */

/** The page's stand-in for the program's own scheme, which Chromium does not know. */
const ORIGIN = 'https://muster-app.test'
const settings = JSON.parse(process.env.MUSTER_SHIM ?? '{}')
const record = []
const handlers = new Map()

function note(kind, detail) {
  record.push({ kind, detail })
}

export { MessageChannelMain }

// ------------------------------------------------------------------------------------------------ app

class App extends EventEmitter {
  isPackaged = false
  #lock

  whenReady() {
    return Promise.resolve()
  }
  getVersion() {
    return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
      .version
  }
  requestSingleInstanceLock() {
    this.#lock = join(settings.folder, 'instance.lock')
    try {
      closeSync(openSync(this.#lock, 'wx'))
      writeFileSync(this.#lock, String(process.pid))
      return true
    } catch {
      const pid = Number(readFileSync(this.#lock, 'utf8'))
      try {
        process.kill(pid, 0)
        process.kill(pid, 'SIGUSR2')
        this.#lock = undefined
        return false
      } catch {
        writeFileSync(this.#lock, String(process.pid))
        return true
      }
    }
  }
  quit() {
    const event = { defaultPrevented: false, preventDefault: () => (event.defaultPrevented = true) }
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    if (this.#lock) rmSync(this.#lock, { force: true })
    setImmediate(() => process.exit(0))
  }
}
export const app = new App()
process.on('SIGUSR2', () => app.emit('second-instance'))
process.on('SIGTERM', () => app.quit())

// ------------------------------------------------------------------------------------------------ windows

let browser
async function context() {
  browser ??= await chromium.connectOverCDP(settings.cdp)
  return browser.contexts()[0]
}

class WebContents extends EventEmitter {
  page
  outbox = []
  waiting
  ports = new Map()
  openHandler
  url = ''

  setWindowOpenHandler(handler) {
    this.openHandler = handler
  }
  deliver(message) {
    this.outbox.push(message)
    this.waiting?.()
  }
  send(channel, ...words) {
    this.deliver({ kind: 'send', channel, words, ports: [] })
  }
  postMessage(channel, message, ports = []) {
    for (const port of ports) {
      this.ports.set(port.id, port)
      port.transfer({
        send: (data) => this.deliver({ kind: 'port', id: port.id, data }),
        closed: () => undefined,
      })
    }
    this.deliver({ kind: 'send', channel, words: [message], ports: ports.map(({ id }) => id) })
  }
  async call(message) {
    switch (message.kind) {
      case 'poll':
        if (this.outbox.length === 0) await new Promise((resolve) => (this.waiting = resolve))
        return this.outbox.splice(0)
      case 'send':
        ipcMain.emit(
          message.channel,
          { senderFrame: { url: this.url, parent: null }, sender: this },
          ...message.words,
        )
        return undefined
      case 'invoke':
        return await ipcMain.answers.get(message.channel)(
          { senderFrame: { url: this.url, parent: null }, sender: this },
          ...message.words,
        )
      case 'port':
        this.ports.get(message.id)?.peer.deliver(message.data)
        return undefined
      case 'port-closed':
        this.ports.get(message.id)?.close()
        this.ports.delete(message.id)
        return undefined
      default:
        throw new Error(`The shim does not know the message ${message.kind}.`)
    }
  }
  reload() {
    void this.page.reload()
  }
  closeDevTools() {}
}

export class BrowserWindow extends EventEmitter {
  webContents = new WebContents()
  options

  constructor(options) {
    super()
    this.options = options
    note('window', { webPreferences: { ...options.webPreferences, preload: undefined } })
    app.emit('web-contents-created', {}, this.webContents)
    windows.push(this)
  }
  async loadURL(url) {
    const page = await (await context()).newPage()
    const contents = this.webContents
    contents.page = page
    contents.url = url
    const binding = `shim${Math.random().toString(36).slice(2)}`
    await page.exposeBinding(binding, (_source, message) => contents.call(message))
    await page.addInitScript({
      content: pageScript(binding, readFileSync(this.options.webPreferences.preload, 'utf8')),
    })
    // Real popups and targets are the open handler's business.
    await page.exposeBinding('shimOpen', (_source, address) =>
      contents.openHandler?.({ url: address }),
    )
    await page.addInitScript({
      content: 'window.open = (address) => { void window.shimOpen(String(address)); return null }',
    })
    await page.route(`${ORIGIN}/**`, async (route) => {
      const handler = handlers.get(new URL(url).protocol.slice(0, -1))
      const asked = route.request()
      const response = await handler({
        url: asked.url().replace(ORIGIN, new URL(url).href.replace(/\/$/u, '')),
        method: asked.method(),
      })
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      })
    })
    page.on('close', () => this.emit('closed'))
    await page.goto(url.replace(/^[a-z]+:\/\/[^/]*/u, ORIGIN))
    this.emit('ready-to-show')
  }
  show() {
    note('show', {})
  }
  focus() {
    note('focus', {})
  }
  isMinimized() {
    return false
  }
  restore() {
    note('restore', {})
  }
}
const windows = []

// ------------------------------------------------------------------------------------------------ the rest

class IpcMain extends EventEmitter {
  answers = new Map()
  handle(channel, answer) {
    this.answers.set(channel, answer)
  }
}
export const ipcMain = new IpcMain()
/** A keychain for tests: what it encrypts is only turned round, and which kind of keyring it is, the test says. */
export const safeStorage = {
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  getSelectedStorageBackend: () => process.env.MUSTER_SHIM_KEYRING ?? 'gnome_libsecret',
  encryptStringAsync: (text) => Promise.resolve(Buffer.from(text, 'utf8').reverse()),
  decryptStringAsync: (bytes) =>
    Promise.resolve({
      result: Buffer.from(bytes).reverse().toString('utf8'),
      shouldReEncrypt: false,
    }),
}
export const nativeTheme = { shouldUseDarkColors: true }
export const shell = { openExternal: (address) => Promise.resolve(note('open-external', address)) }
export const Menu = {
  buildFromTemplate: (template) => ({ template }),
  setApplicationMenu: ({ template }) =>
    note(
      'menu',
      template.map(({ label, role }) => label ?? role),
    ),
}
export const dialog = {
  showErrorBox: (title, content) => note('error-box', { title, content }),
  showMessageBox: (...words) => {
    const options = words.at(-1)
    note('message-box', options)
    return Promise.resolve({ response: settings.dialogResponse ?? options.cancelId ?? 0 })
  },
  showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
  showSaveDialog: (...words) => {
    note('save-dialog', words.at(-1))
    const filePath = settings.savePath ?? ''
    return Promise.resolve({ canceled: filePath === '', filePath })
  },
}
export const protocol = {
  registerSchemesAsPrivileged: (schemes) => note('schemes', schemes),
  handle: (scheme, handler) => handlers.set(scheme, handler),
}
let permissionRequest
let permissionCheck
let devicePermission
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler) => (permissionRequest = handler),
    setPermissionCheckHandler: (handler) => (permissionCheck = handler),
    setDevicePermissionHandler: (handler) => (devicePermission = handler),
  },
}

// ------------------------------------------------------------------------------------------------ utility processes

const engineHook = fileURLToPath(new URL('./register-engine.mjs', import.meta.url))

export const utilityProcess = {
  fork(modulePath, words) {
    const child = fork(modulePath, words, {
      execArgv: ['--import', engineHook],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const utility = new EventEmitter()
    const ports = new Map()
    utility.pid = child.pid
    utility.postMessage = (data, transferred = []) => {
      if (!child.connected) return
      for (const port of transferred) {
        ports.set(port.id, port)
        port.transfer({
          send: (message) =>
            child.connected && child.send({ kind: 'port', id: port.id, data: message }),
          closed: () => child.connected && child.send({ kind: 'port-closed', id: port.id }),
        })
      }
      child.send({ kind: 'parent', data, ports: transferred.map(({ id }) => id) })
    }
    utility.kill = () => child.kill('SIGKILL')
    child.on('message', (message) => {
      if (message.kind === 'parent') utility.emit('message', message.data)
      else if (message.kind === 'port') ports.get(message.id)?.peer.deliver(message.data)
      else if (message.kind === 'port-closed') ports.get(message.id)?.close()
    })
    child.on('exit', (code) => utility.emit('exit', code ?? 1))
    note('fork', { pid: child.pid })
    return utility
  },
}

// ------------------------------------------------------------------------------------------------ the test's own questions

function ask(question) {
  const [window] = windows
  const event = () => {
    const asked = { defaultPrevented: false, preventDefault: () => (asked.defaultPrevented = true) }
    return asked
  }
  switch (question.kind) {
    case 'record':
      return record
    case 'navigate': {
      const asked = event()
      window.webContents.emit('will-navigate', asked, question.url)
      return asked.defaultPrevented
    }
    case 'webview': {
      const asked = event()
      window.webContents.emit('will-attach-webview', asked)
      return asked.defaultPrevented
    }
    case 'open':
      return window.webContents.openHandler({ url: question.url }).action
    case 'permission': {
      let granted
      permissionRequest(window.webContents, question.name, (answer) => (granted = answer))
      return {
        request: granted,
        check: permissionCheck(window.webContents, question.name),
        device: devicePermission({}),
      }
    }
    case 'foreign-connect': {
      const before = window.webContents.outbox.length
      ipcMain.emit('muster:connect', {
        senderFrame: { url: question.url, parent: question.parent ?? null },
      })
      return window.webContents.outbox.length - before
    }
    case 'foreign-choose':
      return ipcMain.answers.get('muster:choose-file')(
        { senderFrame: { url: question.url, parent: null } },
        'a.html',
      )
    case 'close-window':
      void window.webContents.page.close()
      app.emit('window-all-closed')
      return true
    default:
      throw new Error(`The shim does not know the question ${question.kind}.`)
  }
}
process.on('message', ({ id, question }) => {
  void Promise.resolve(ask(question)).then((answer) => process.send({ id, answer: answer ?? null }))
})
