// The service by each kind of HTTP server and client that it has.
import { env, program } from './service.js';

/** The names of their kinds, and where they listen: `own` believes its callers, `open` does not. */
export const services = env('SERVICES')
  .split(',')
  .map((kinds, i) => {
    const [server, client] = kinds.split('+');
    return { server, client, own: program(`OWN_${i}`), open: program(`PUBLIC_${i}`) };
  });
