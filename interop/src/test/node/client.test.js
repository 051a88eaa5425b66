// Our clients call servers of OpenTelemetry JS: one that was named as our own, and a stranger.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertReceived, assertWithheld, awkward, many, values } from './expected.js';
import { grpcKinds, httpClients, program, stub } from './service.js';
import { services } from './services.js';
import { carrying } from './telemetry.js';

const recorder = program('RECORDER');
const stranger = program('STRANGER');

let echo;
before(() => (echo = stub(services[0].own.grpc)));
after(() => echo.close());

/** Makes a service call `to` for a request with such headers. */
const byHttp = (service) => async (to, headers) => {
  const next = encodeURIComponent(`http://${to.http}/path?q=1`);
  const url = `http://${service.http}/probe?url=${next}`;
  return (await httpClients['node:http'](url, headers)).next;
};

/** By name, a way to make a service call `to`. */
const ways = Object.fromEntries(
  services.map(({ client, own }) => [`the HTTP client ${client}`, byHttp(own)]),
);
for (const [kind, call] of Object.entries(grpcKinds)) {
  ways[`the gRPC client, ${kind}`] = async (to) => (await call(echo, `next:${to.grpc}`))[0].next;
}

/** OpenTelemetry JS drops a member with an empty value when it reads: its quirk, not ours. */
function withoutEmpty(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== ''));
}

for (const [name, call] of Object.entries(ways)) {
  describe(`${name} to a server of OpenTelemetry JS`, () => {
    for (const [what, entries] of [['awkward values', awkward], ['64 members', many()]]) {
      it(`carries ${what} to our own`, async () => {
        const { traceId, answer } = await carrying(entries, () => call(recorder));
        assert.deepEqual(answer.baggage, withoutEmpty(entries));
        assert.equal(answer.traceId, traceId);
        assert.equal(answer.tracestate, 'vendor=1');
        assertReceived(answer.headers, traceId, entries);
      });
    }

    it('carries the trace and nothing else to a stranger', async () => {
      const { traceId, answer } = await carrying(awkward, () => call(stranger));
      assert.deepEqual(answer.baggage, {});
      assert.equal(answer.traceId, traceId);
      assert.equal(answer.tracestate, '');
      assertWithheld(answer.headers, traceId);
    });
  });
}

describe('quirks of OpenTelemetry JS, which are not ours to mend', () => {
  const call = byHttp(services[0].own);
  const pass = async (baggage) => {
    const { answer } = await carrying({}, () => call(recorder, { baggage }));
    return { line: values(answer.headers, 'baggage').join(), seen: answer.baggage };
  };

  it('encodes a key when it writes, and decodes it when it reads', async () => {
    const { answer } = await carrying({ 'clé': 'v', 'request.id': 'r' }, () =>
      call(recorder),
    );
    // The key that travels is the encoded one, which W3C Baggage never decodes.
    assert.deepEqual(values(answer.headers, 'baggage'), ['cl%C3%A9=v,request.id=r']);
    assert.deepEqual(answer.baggage, { 'clé': 'v', 'request.id': 'r' });
  });

  it('decodes a key that somebody meant as it stands', async () => {
    const { line, seen } = await pass('request.id=r,100%25=v');
    assert.equal(line, 'request.id=r,100%25=v');
    assert.deepEqual(seen, { 'request.id': 'r', '100%': 'v' });
  });

  it('drops a member whose value is empty', async () => {
    const { line, seen } = await pass('request.id=r,user.id=');
    assert.equal(line, 'request.id=r,user.id=');
    assert.deepEqual(seen, { 'request.id': 'r' });
  });

  it('drops a member whose octets are no UTF-8, where W3C wants U+FFFD', async () => {
    const { line, seen } = await pass('request.id=r,k=%ff');
    assert.equal(line, 'request.id=r,k=%ff');
    assert.deepEqual(seen, { 'request.id': 'r' });
  });

  it('keeps the first of two values where the last one is empty', async () => {
    const baggage = 'request.id=r,k=1,k=';
    const direct = await carrying({}, () =>
      httpClients['node:http'](`http://${recorder.http}/`, { baggage }),
    );
    assert.deepEqual(direct.answer.baggage, { 'request.id': 'r', k: '1' });
    // Behind us there is one value, the last, which it then drops.
    const { line, seen } = await pass(baggage);
    assert.equal(line, 'request.id=r,k=');
    assert.deepEqual(seen, { 'request.id': 'r' });
  });
});
