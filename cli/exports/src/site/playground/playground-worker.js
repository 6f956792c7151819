// What runs the module: in a worker, or in the page where there are none. It has no access to anything but its input.
'use strict'
globalThis.wsdraftWorker = port => {
  /** Bytes of output that are kept, since a page can show no more. */
  const MOST = 2 << 20
  /** Numbers of errors in WASI preview 1. */
  const [BAD_DESCRIPTOR, NOT_SUPPORTED] = [8, 52]
  const WASI = 'wasi_snapshot_preview1'

  class Exit extends Error {
    constructor(code) {
      super(`exit status ${code}`)
      this.code = code
    }
  }
  class Full extends Error {}

  /** Compiles the module, which is compressed and in base64. */
  const compile = async text => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))
    return WebAssembly.compile(await new Response(stream).arrayBuffer())
  }

  /** The functions that the module calls, and what it wrote. */
  const system = (args, environ, input) => {
    const written = { 1: [], 2: [] }
    const state = { memory: undefined, read: 0, length: 0, written }
    const bytes = () => new Uint8Array(state.memory.buffer)
    const view = () => new DataView(state.memory.buffer)
    const texts = list => {
      const all = list.map(text => new TextEncoder().encode(`${text}\0`))
      return {
        sizes: (count, size) => {
          view().setUint32(count, all.length, true)
          view().setUint32(size, all.reduce((sum, one) => sum + one.length, 0), true)
          return 0
        },
        get: (pointers, buffer) => {
          for (const [at, one] of all.entries()) {
            view().setUint32(pointers + 4 * at, buffer, true)
            bytes().set(one, buffer)
            buffer += one.length
          }
          return 0
        },
      }
    }
    /** The parts of memory in a list of addresses and lengths. */
    const parts = (list, count) => Array.from({ length: count }, (_, at) => {
      const [start, length] = [0, 4].map(offset => view().getUint32(list + 8 * at + offset, true))
      return bytes().subarray(start, start + length)
    })
    const [argv, env] = [texts(['wsdraft', ...args]), texts(environ)]
    const functions = {
      args_sizes_get: argv.sizes,
      args_get: argv.get,
      environ_sizes_get: env.sizes,
      environ_get: env.get,
      clock_time_get: (_id, _precision, at) => {
        view().setBigUint64(at, BigInt(Date.now()) * 1000000n, true)
        return 0
      },
      random_get: (at, length) => {
        for (let end = at + length; at < end; at += 65536) crypto.getRandomValues(bytes().subarray(at, Math.min(end, at + 65536)))
        return 0
      },
      fd_read: (descriptor, list, count, length) => {
        if (descriptor !== 0) return BAD_DESCRIPTOR
        const before = state.read
        for (const part of parts(list, count)) {
          const piece = input.subarray(state.read, state.read + part.length)
          part.set(piece)
          state.read += piece.length
        }
        view().setUint32(length, state.read - before, true)
        return 0
      },
      fd_write: (descriptor, list, count, length) => {
        if (!written[descriptor]) return BAD_DESCRIPTOR
        let sum = 0
        for (const part of parts(list, count)) {
          written[descriptor].push(part.slice(0, MOST - state.length))
          sum += part.length
          state.length += part.length
          if (state.length > MOST) throw new Full()
        }
        view().setUint32(length, sum, true)
        return 0
      },
      fd_fdstat_get: (descriptor, at) => {
        if (descriptor > 2) return BAD_DESCRIPTOR
        bytes().fill(0, at, at + 24)
        // A character device.
        view().setUint8(at, 2)
        return 0
      },
      fd_close: () => 0,
      // No folder is open.
      fd_prestat_get: () => BAD_DESCRIPTOR,
      sched_yield: () => 0,
      proc_exit: code => { throw new Exit(code) },
    }
    return { state, functions }
  }

  /** Runs a tool in an instance of its own. */
  const run = async (module, { args, environ, input }) => {
    const { state, functions } = system(args, environ, input)
    for (const { name } of WebAssembly.Module.imports(module)) functions[name] ??= () => NOT_SUPPORTED
    const instance = await WebAssembly.instantiate(module, { [WASI]: functions })
    state.memory = instance.exports.memory
    const result = { code: 0, isCut: false, fault: null }
    try {
      instance.exports._start()
    } catch (error) {
      if (error instanceof Exit) result.code = error.code
      else if (error instanceof Full) result.isCut = true
      else result.fault = String(error)
    }
    const [out, err] = [1, 2].map(one => new Blob(state.written[one]).text())
    return { ...result, out: await out, err: await err }
  }

  let module
  port.onmessage = async ({ data }) => {
    try {
      if (data.module) module = compile(data.module)
      if (data.args) port.postMessage({ id: data.id, ...await run(await module, data) })
    } catch (error) {
      port.postMessage({ id: data.id, code: null, isCut: false, fault: String(error), out: '', err: '' })
    }
  }
}
