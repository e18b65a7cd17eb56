import { join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, nativeTheme } from 'electron'
import { CHANNELS } from '../../../preload/bridge.ts'
import { dataFolder } from '../data-folder.ts'
import { registerScheme, serveAssets } from './assets.ts'
import { chooseFile } from './choose-file.ts'
import { EngineProcess } from './engine-process.ts'
import { createKeychain } from './keychain.ts'
import { buildMenu } from './menu.ts'
import {
  applySecurity,
  denyDeveloperTools,
  isOurFrame,
  ORIGIN,
  WEB_PREFERENCES,
} from './security.ts'

/** The main process: windows, menu and dialogs. The engine has a process of its own. */

/** `out/main`; what was built for windows stands beside it. */
const built = import.meta.dirname
const resources = app.isPackaged ? process.resourcesPath : join(built, '..', '..')

let window: BrowserWindow | undefined
let quitting = false

if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  registerScheme()
  void app.whenReady().then(start)
}

function start(): void {
  applySecurity()
  serveAssets(join(built, '..', 'renderer'))

  const data = dataFolder(process.env, process.argv)
  const engine = new EngineProcess(
    join(built, 'engine.js'),
    { data, version: app.getVersion(), folders: [join(resources, 'runbooks')] },
    createKeychain(data),
  )

  function connectWindow(): void {
    const port = engine.connect()
    if (port && window) window.webContents.postMessage(CHANNELS.port, null, [port])
  }

  ipcMain.on(CHANNELS.connect, (event) => {
    if (isOurFrame(event)) connectWindow()
  })
  ipcMain.handle(CHANNELS.chooseFile, async (event, name: unknown) =>
    isOurFrame(event) && typeof name === 'string' ? await chooseFile(window, name) : undefined,
  )
  engine.on('ready', connectWindow)
  engine.on('lost', (message) => window?.webContents.send(CHANNELS.lost, message))
  engine.on('failed', (message) => {
    dialog.showErrorBox('Muster cannot use its data folder', message)
    quitting = true
    app.quit()
  })
  engine.start()

  buildMenu(
    (path) => addToLibrary(engine, path),
    () => window,
  )
  openWindow()

  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('activate', () => {
    if (window === undefined) openWindow()
  })
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (quitting) return
    event.preventDefault()
    void mayQuit(engine).then(async (may) => {
      if (!may) return
      quitting = true
      await engine.close()
      app.quit()
    })
  })
}

function openWindow(): void {
  window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    title: 'Muster',
    // Elsewhere the icon comes with the package.
    ...(process.platform === 'linux' && {
      icon: join(resources, 'resources', 'icons', 'muster.png'),
    }),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1216' : '#f7f8fa',
    webPreferences: { ...WEB_PREFERENCES, preload: join(built, '..', 'preload', 'index.cjs') },
  })
  denyDeveloperTools(window)
  window.once('ready-to-show', () => window?.show())
  window.on('closed', () => {
    window = undefined
  })
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window === undefined) return
    // The engine and what it runs are untouched; only the picture is gone.
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: 'The window stopped working and is opened again.',
        detail: `Running commands and the record are not affected (${reason}).`,
        buttons: ['Open again'],
      })
      .then(() => window?.webContents.reload())
  })
  void window.loadURL(`${ORIGIN}/`)
}

/** Asks before a command in flight is cut off: nobody would know how it ended. */
async function mayQuit(engine: EngineProcess): Promise<boolean> {
  const runs = await engine.busy()
  if (runs.length === 0) return true
  const options: Electron.MessageBoxOptions = {
    type: 'warning',
    message: 'A command or a terminal is still running.',
    detail: `Quitting stops it, and its outcome is recorded as what is known then, possibly unknown. Run: ${runs.join(', ')}.`,
    buttons: ['Keep running', 'Stop it and quit'],
    defaultId: 0,
    cancelId: 0,
  }
  const { response } = await (window
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options))
  return response === 1
}

/** Adds a file chosen in the menu to the library; every window is told by the engine. */
function addToLibrary(engine: EngineProcess, path: string): void {
  const port = engine.connect()
  if (port === undefined) return
  port.on('message', ({ data }: { data: unknown }) => {
    if (typeof data !== 'object' || data === null || !('id' in data)) return
    port.close()
    if (
      'error' in data &&
      typeof data.error === 'object' &&
      data.error !== null &&
      'message' in data.error
    ) {
      dialog.showErrorBox('This file cannot be opened as a runbook', String(data.error.message))
    }
  })
  port.start()
  port.postMessage({ id: 1, method: 'library.add', params: { path } })
}
