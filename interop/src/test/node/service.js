// The programs that NodeInteropTest has started, and the ways to call them from Node.
import { once } from 'node:events';
import { loadSync } from '@grpc/proto-loader';
import { grpc, http, undici } from './telemetry.js';

export const { Echo } = grpc.loadPackageDefinition(loadSync(env('ECHO_PROTO'))).waybill.conformance;

/** The addresses of a program, each `127.0.0.1:port`. */
export function program(name) {
  return { http: env(`${name}_HTTP`), grpc: env(`${name}_GRPC`) };
}

/** A variable that NodeInteropTest has set. */
export function env(name) {
  const value = process.env[`WAYBILL_${name}`];
  if (!value) {
    throw new Error(`WAYBILL_${name}: not set (expected: NodeInteropTest to start this)`);
  }
  return value;
}

/** By name, a function from URL, headers and AbortSignal to the parsed JSON of the answer. */
export const httpClients = {
  'node:http': async (url, headers = {}, signal) => {
    const [response] = await once(http.get(url, { headers, signal }), 'response');
    return JSON.parse(Buffer.concat(await response.toArray()));
  },
  fetch: async (url, headers = {}, signal) => (await fetch(url, { headers, signal })).json(),
  undici: async (url, headers = {}, signal) =>
    (await undici.request(url, { headers, signal })).body.json(),
};

/** A stub for the service at `address`; the test closes it. */
export function stub(address) {
  return new Echo(address, grpc.credentials.createInsecure());
}

/** By name, a function from stub, text and options to the list of parsed answers. */
export const grpcKinds = {
  Unary: (echo, text, options = {}) =>
    new Promise((resolve, reject) => {
      const answered = (error, message) => (error ? reject(error) : resolve([parse(message)]));
      echo.Unary({ text }, options, answered);
    }),
  ServerStream: (echo, text, options = {}) => all(echo.ServerStream({ text }, options)),
  ClientStream: (echo, text, options = {}) =>
    new Promise((resolve, reject) => {
      const answered = (error, message) => (error ? reject(error) : resolve([parse(message)]));
      const call = echo.ClientStream(options, answered);
      call.write({ text });
      call.end();
    }),
  Bidi: (echo, text, options = {}) => {
    const call = echo.Bidi(options);
    call.write({ text });
    call.end();
    return all(call);
  },
};

async function all(call) {
  const answers = [];
  for await (const message of call) {
    answers.push(parse(message));
  }
  return answers;
}

/** The answer in a message of the service. */
export function parse({ text }) {
  return JSON.parse(text);
}
