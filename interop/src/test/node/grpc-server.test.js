// Clients of OpenTelemetry JS on grpc-js call the gRPC server interceptor.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { assertCarried, awkward, many } from './expected.js';
import { MuteServer } from './mute.js';
import { grpcKinds, parse, stub } from './service.js';
import { services } from './services.js';
import { carrying, grpc } from './telemetry.js';

const ANSWERS = { Unary: 1, ServerStream: 3, ClientStream: 1, Bidi: 1 };
const PATIENCE_MS = 10_000;
const ERRORS = Object.keys(grpc.status).filter((code) => isNaN(code) && code !== 'OK');

let own;
let open;
let mute;

before(async () => {
  own = stub(services[0].own.grpc);
  open = stub(services[0].open.grpc);
  mute = await MuteServer.start();
});

after(() => {
  own.close();
  open.close();
  mute.close();
});

/** The next request on the same channel carries its own identity and nothing else. */
async function assertUnharmed(call) {
  const sent = { 'request.id': 'r-next', 'user.id': 'u-next' };
  const { traceId, answer } = await carrying(sent, () => call(own, ''));
  answer.forEach((one) => assertCarried(one, traceId, sent));
}

for (const [kind, call] of Object.entries(grpcKinds)) {
  describe(`grpc-js ${kind} to the server interceptor`, () => {
    it('carries awkward values', async () => {
      const { traceId, answer } = await carrying(awkward, () => call(own, ''));
      assert.equal(answer.length, ANSWERS[kind]);
      answer.forEach((one) => assertCarried(one, traceId, awkward));
    });

    it('carries 64 members', async () => {
      const { traceId, answer } = await carrying(many(), () => call(own, ''));
      assert.equal(answer.length, ANSWERS[kind]);
      answer.forEach((one) => assertCarried(one, traceId, many()));
    });

    it('is not believed where it is not trusted', async () => {
      const { traceId, answer } = await carrying(awkward, () => call(open, ''));
      for (const one of answer) {
        assert.match(one.requestId, /^[0-9a-f]{32}$/);
        assertCarried(one, traceId, { 'request.id': one.requestId });
      }
    });

    it('fails with the status that the service gave', async () => {
      for (const code of ERRORS) {
        const failing = carrying({ 'user.id': 'u-1' }, () => call(own, `fail:${code}`));
        await assert.rejects(failing, { code: grpc.status[code] }, code);
      }
      await assertUnharmed(call);
    });
  });
}

it('grpc-js calls of each kind end at their deadline, and so do those made for them', async () => {
  const deadline = Date.now() + PATIENCE_MS;
  const calls = Object.entries(grpcKinds).map(async ([kind, call]) => {
    const late = carrying({ 'user.id': 'late' }, () => call(own, mute.next, { deadline }));
    await assert.rejects(late, atDeadline, kind);
  });
  const received = await Promise.all(calls.map(() => mute.received()));
  assert.deepEqual(received.map(({ kind }) => kind).sort(), Object.keys(grpcKinds).sort());
  for (const next of received) {
    // What is left of it, and not the longer patience that the service itself has.
    assert.ok(next.deadline < Date.now() + PATIENCE_MS, `${next.kind}: ${next.deadline}`);
  }
  await Promise.all([...calls, ...received.map(({ cancelled }) => cancelled)]);
  await Promise.all(Object.values(grpcKinds).map(assertUnharmed));
});

/** Where grpc-java's clock is first, it resets the stream, which grpc-js calls CANCELLED. */
function atDeadline({ code, details }) {
  const reset = code === grpc.status.CANCELLED && details === 'Call cancelled';
  return reset || code === grpc.status.DEADLINE_EXCEEDED;
}

for (const kind of ['ServerStream', 'Bidi']) {
  it(`grpc-js ${kind} is cancelled, and so is the call that the service made for it`, async () => {
    const { answer } = await carrying({ 'user.id': 'leaving' }, async () => {
      const call = kind === 'Bidi' ? own.Bidi() : own.ServerStream({ text: mute.next });
      const failing = assert.rejects(once(call, 'end'), { code: grpc.status.CANCELLED });
      call.on('data', () => {});
      if (kind === 'Bidi') {
        call.write({ text: '' });
        const [first] = await once(call, 'data');
        assert.equal(parse(first).entries['user.id'], 'leaving');
        call.write({ text: mute.next });
      }
      const received = await mute.received();
      call.cancel();
      await failing;
      return received;
    });
    await answer.cancelled;
    await assertUnharmed(grpcKinds[kind]);
  });
}
