// Child processes that talk in lines, and queues to wait on what they say.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A queue that a case waits on, with a limit and a name for the error. */
export class Inbox {
  #items = []
  #waiting = []
  #end = null

  push(item) {
    const waiter = this.#waiting.shift()
    if (waiter) waiter.resolve(item)
    else this.#items.push(item)
  }

  /** Nothing more will come: whoever waits fails with `reason`. */
  end(reason) {
    this.#end ??= reason
    for (const waiter of this.#waiting.splice(0)) waiter.reject(new Error(`${reason}, while waiting for ${waiter.what}`))
  }

  async take(what, milliseconds = 5_000) {
    if (this.#items.length > 0) return this.#items.shift()
    if (this.#end) throw new Error(`${this.#end}, while waiting for ${what}`)
    let timer
    const waiter = { what }
    const item = new Promise((resolve, reject) => {
      Object.assign(waiter, { resolve, reject })
      this.#waiting.push(waiter)
      timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(new Error(`nothing came in ${milliseconds} ms, while waiting for ${what}`))
      }, milliseconds)
    })
    return item.finally(() => clearTimeout(timer))
  }
}

/** A program with its lines of output as inboxes and its last words kept. */
export class Child {
  constructor(command, args, options = {}) {
    this.name = options.name ?? command
    this.stdout = new Inbox()
    this.stderr = new Inbox()
    this.log = []
    this.status = null
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
    this.process.stdin.on('error', () => {})
    for (const stream of ['stdout', 'stderr']) {
      createInterface({ input: this.process[stream], crlfDelay: Infinity }).on('line', line => {
        if (stream === 'stderr') this.log.push(line)
        this[stream].push(line)
      })
    }
    this.exited = new Promise(resolve => {
      const end = status => {
        this.status ??= status
        const reason = `${this.name} ended (${status})`
        this.stdout.end(reason)
        this.stderr.end(reason)
        resolve(status)
      }
      this.process.on('error', error => end(String(error.message)))
      this.process.on('close', (code, signal) => end(signal ?? code))
    })
  }

  get running() {
    return this.status === null
  }

  say(line) {
    this.process.stdin.write(`${line}\n`)
  }

  /** Ends it: politely where a signal is named, by force after the limit. Gives the exit status, or 'SIGKILL'. */
  async stop(signal = 'SIGKILL', milliseconds = 5_000) {
    if (this.running) this.process.kill(signal)
    const timer = setTimeout(() => this.process.kill('SIGKILL'), milliseconds)
    return this.exited.finally(() => clearTimeout(timer))
  }
}
