// Requests of different users at once, through all clients and kinds, a crowd to each service: no
// value of one in the answer to another.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { assertCarried } from './expected.js';
import { grpcKinds, httpClients, stub } from './service.js';
import { services } from './services.js';
import { carrying } from './telemetry.js';

const CROWD = 1_000;

let echo;
before(() => (echo = stub(services[0].own.grpc)));
after(() => echo.close());

/** No value of one user is a part of another's. */
function user(i) {
  return {
    'request.id': `request-${i}.`,
    'user.id': `user ${i} é`,
    'tenant.id': `tenant-${i % 7}`,
    [`own-${i}`]: `${i}`,
  };
}

for (const { server, client, own } of services) {
  it(`${CROWD} requests of different users by ${server} and ${client} are not mixed up`, () =>
    crowd(
      Object.values(httpClients).map((get) => async () => [await get(`http://${own.http}/probe`)]),
    ));
}

it(`${CROWD} requests of different users by gRPC are not mixed up`, () =>
  crowd(Object.values(grpcKinds).map((call) => () => call(echo, ''))));

async function crowd(ways) {
  const requests = Array.from({ length: CROWD }, async (_, i) => {
    const { traceId, answer } = await carrying(user(i), ways[i % ways.length]);
    answer.forEach((one) => assertCarried(one, traceId, user(i)));
    return traceId;
  });
  const traces = await Promise.all(requests);
  assert.equal(new Set(traces).size, CROWD);
}
