// 2,000 requests of different users at once, through all clients and kinds: no value of one in
// the answer to another.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { assertCarried } from './expected.js';
import { grpcKinds, httpClients, program, stub } from './service.js';
import { carrying } from './telemetry.js';

const CROWD = 2_000;

const service = program('OWN');
let echo;
before(() => (echo = stub(service.grpc)));
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

it(`${CROWD} requests of different users are not mixed up`, async () => {
  const ways = [
    ...Object.values(httpClients).map((get) => async () => [
      await get(`http://${service.http}/probe`),
    ]),
    ...Object.values(grpcKinds).map((call) => () => call(echo, '')),
  ];
  const requests = Array.from({ length: CROWD }, async (_, i) => {
    const { traceId, answer } = await carrying(user(i), ways[i % ways.length]);
    answer.forEach((one) => assertCarried(one, traceId, user(i)));
    return traceId;
  });
  const traces = await Promise.all(requests);
  assert.equal(new Set(traces).size, CROWD);
});
