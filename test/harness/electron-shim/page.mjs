/**
 * Runs inside the page before anything else: takes the binding away from it, then runs the real preload with a
 * `require` that knows only `electron`. `__NAME__` and `__PRELOAD__` are filled in.
 */
export function pageScript(binding, preload) {
  return `(() => {
  const call = window[${JSON.stringify(binding)}]
  delete window[${JSON.stringify(binding)}]
  if (window.top !== window || typeof call !== 'function') return
  const listeners = new Map()
  const ports = new Map()
  const portFor = (id) => {
    const port = { onmessage: null, postMessage: (data) => void call({ kind: 'port', id, data }), close: () => void call({ kind: 'port-closed', id }) }
    ports.set(id, port)
    return port
  }
  const receive = (message) => {
    if (message.kind === 'port') ports.get(message.id)?.onmessage?.({ data: message.data })
    else for (const listener of listeners.get(message.channel) ?? []) listener({ ports: message.ports.map(portFor) }, ...message.words)
  }
  // Messages to the page come as answers to a call that waits for them.
  const poll = async () => {
    for (;;) for (const message of await call({ kind: 'poll' })) receive(message)
  }
  void poll()
  const deepFreeze = (value) => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze)
    return Object.freeze(value)
  }
  const electron = {
    ipcRenderer: {
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      send: (channel, ...words) => void call({ kind: 'send', channel, words }),
      invoke: (channel, ...words) => call({ kind: 'invoke', channel, words }),
    },
    // The page cannot know where a file lies; a test says so in the file's name.
    webUtils: { getPathForFile: (file) => decodeURIComponent(file.name) },
    contextBridge: {
      exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: deepFreeze({ ...api }), enumerable: true }),
    },
  }
  const require = (name) => {
    if (name === 'electron') return electron
    throw new Error('A sandboxed preload cannot require ' + name)
  }
  const module = { exports: {} }
  new Function('require', 'module', 'exports', ${JSON.stringify(preload)})(require, module, module.exports)
})()`
}
