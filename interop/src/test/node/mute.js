// A gRPC server that never answers, to see what becomes of a call when its caller is gone.
import { EventEmitter, on } from 'node:events';
import { Echo } from './service.js';
import { grpc } from './telemetry.js';

export class MuteServer {
  #server = new grpc.Server();
  #calls = new EventEmitter();
  #received = on(this.#calls, 'call');

  static async start() {
    const mute = new MuteServer();
    await mute.#listen();
    return mute;
  }

  async #listen() {
    const kinds = Object.keys(Echo.service);
    const handlers = kinds.map((kind) => [kind, (call) => this.#receive(kind, call)]);
    this.#server.addService(Echo.service, Object.fromEntries(handlers));
    const insecure = grpc.ServerCredentials.createInsecure();
    const port = await new Promise((resolve, reject) =>
      this.#server.bindAsync('127.0.0.1:0', insecure, (failed, bound) =>
        failed ? reject(failed) : resolve(bound),
      ),
    );
    /** The text that makes the service call here. */
    this.next = `next:127.0.0.1:${port}`;
  }

  #receive(kind, call) {
    const cancelled = new Promise((resolve) => call.once('cancelled', resolve));
    this.#calls.emit('call', { kind, deadline: Number(call.getDeadline()), cancelled });
  }

  /** The next call to come, or that came already. */
  async received() {
    const { value } = await this.#received.next();
    return value[0];
  }

  close() {
    this.#server.forceShutdown();
  }
}
