// Clients of OpenTelemetry JS call each kind of HTTP server that Waybill stands in front of.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { assertCarried, awkward, many } from './expected.js';
import { httpClients } from './service.js';
import { services } from './services.js';
import { carrying } from './telemetry.js';

const probe = ({ http }) => `http://${http}/probe`;
const ways = services.flatMap((service) =>
  Object.entries(httpClients).map(([name, get]) => [name, get, service]),
);

for (const [name, get, service] of ways) {
  const own = probe(service.own);
  const open = probe(service.open);

  describe(`${name} to ${service.server}`, () => {
    it('carries awkward values', async () => {
      const { traceId, answer } = await carrying(awkward, () => get(own));
      assertCarried(answer, traceId, awkward);
    });

    it('carries 64 members', async () => {
      const { traceId, answer } = await carrying(many(), () => get(own));
      assertCarried(answer, traceId, many());
    });

    it('loses whole members after the 64th', async () => {
      const { answer } = await carrying({ ...many(), late: 'x', 'tenant.id': 'y' }, () => get(own));
      assert.deepEqual(answer.entries, many());
    });

    it('gets a request id where it sent none', async () => {
      const { answer } = await carrying({ 'user.id': 'u-1' }, () => get(own));
      assert.match(answer.requestId, /^[0-9a-f]{32}$/);
      assert.deepEqual(answer.entries, { 'user.id': 'u-1', 'request.id': answer.requestId });
    });

    it('speaks by a legacy header, behind the baggage', async () => {
      const legacy = { 'x-user-id': 'forged', 'x-tenant-id': 't-1' };
      const sent = { 'request.id': 'r-1', 'user.id': 'u-1' };
      const { traceId, answer } = await carrying(sent, () => get(own, legacy));
      assertCarried(answer, traceId, { ...sent, 'tenant.id': 't-1' });
    });

    it('is not believed where it is not trusted', async () => {
      const legacy = { 'x-user-id': 'forged', 'x-request-id': 'forged' };
      const { traceId, answer } = await carrying(awkward, () => get(open, legacy));
      assert.match(answer.requestId, /^[0-9a-f]{32}$/);
      assertCarried(answer, traceId, { 'request.id': answer.requestId });
    });

    it('goes away, and the next request is itself again', async () => {
      const mute = createServer().listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const leaving = new AbortController();
      mute.once('request', () => leaving.abort());
      const url = `${own}?url=${encodeURIComponent(`http://127.0.0.1:${mute.address().port}/`)}`;
      await assert.rejects(
        carrying({ 'user.id': 'gone' }, () => get(url, {}, leaving.signal)),
        { name: 'AbortError' },
      );
      mute.closeAllConnections();
      mute.close();
      const sent = { 'request.id': 'r-2', 'user.id': 'u-2' };
      const { traceId, answer } = await carrying(sent, () => get(own));
      assertCarried(answer, traceId, sent);
    });
  });
}

for (const { server, own } of services) {
  describe(`a raw header to ${server}`, () => {
    // No entries, so OpenTelemetry JS writes no header of its own.
    const get = async (baggage) =>
      (await carrying({}, () => httpClients['node:http'](probe(own), { baggage }))).answer;

    it('keeps a plus sign and reads percent-encoding once', async () => {
      const { entries } = await get('request.id=r,user.id=a+b%2Bc%252B');
      assert.deepEqual(entries, { 'request.id': 'r', 'user.id': 'a+b+c%2B' });
    });

    it('is read over several lines', async () => {
      const { entries } = await get(['request.id=r', 'user.id=u', 'k=v']);
      assert.deepEqual(entries, { 'request.id': 'r', 'user.id': 'u', k: 'v' });
    });

    it('loses only the member that is ill-formed', async () => {
      const { entries } = await get('request.id=r,bad=100%,user.id=%ff,foreign=%ff,ok=1');
      assert.deepEqual(entries, { 'request.id': 'r', foreign: '\ufffd', ok: '1' });
    });
  });
}
